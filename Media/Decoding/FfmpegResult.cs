namespace EventTorrent.Media.Decoding;

/// <summary>What one ffmpeg call left behind.</summary>
/// <param name="ExitCode">Not 0 when it failed or was killed.</param>
/// <param name="TimedOut">Killed at the deadline.</param>
/// <param name="Errors">The first 64 KiB of its messages.</param>
internal sealed record FfmpegResult(int ExitCode, bool TimedOut, ReadOnlyMemory<byte> Output, string Errors);
