namespace EventTorrent.Api.Tasks;

/// <summary>What may be changed of a task.</summary>
/// <param name="Priority">-100 to 100, higher first.</param>
internal sealed record TaskPatch(int Priority);
