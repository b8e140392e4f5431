namespace EventTorrent.Media.Decoding;

/// <summary>What one ffmpeg call left behind.</summary>
/// <param name="ExitCode">Not 0 when it failed or was killed.</param>
/// <param name="TimedOut">Killed at the deadline.</param>
/// <param name="Errors">The first of its messages: 64 KiB, or 1 MiB of a paged call.</param>
internal sealed record FfmpegResult(int ExitCode, bool TimedOut, ReadOnlyMemory<byte> Output, string Errors);
