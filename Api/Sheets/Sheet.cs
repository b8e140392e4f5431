namespace EventTorrent.Api.Sheets;

/// <summary>A sheet as a file.</summary>
/// <param name="Key">Stands for its content.</param>
internal sealed record Sheet(string Path, string Key);
