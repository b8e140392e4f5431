namespace EventTorrent.Media.Decoding;

/// <summary>What the files of a call are called where ffmpeg runs.</summary>
/// <param name="Source">The input, with its protocol.</param>
/// <param name="Output">What stands before the name of a file to write.</param>
internal sealed record FilePaths(string Source, string Output);
