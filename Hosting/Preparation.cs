namespace EventTorrent.Hosting;

/// <summary>Something that has to succeed before the process takes work, such as bringing a schema up to date.</summary>
/// <param name="Name">For the log and for <c>/health/ready</c>.</param>
/// <param name="RunAsync">Is tried again while it fails; gets a scope of its own each time.</param>
public sealed record Preparation(string Name, Func<IServiceProvider, CancellationToken, Task> RunAsync);
