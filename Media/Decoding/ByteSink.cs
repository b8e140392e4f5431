namespace EventTorrent.Media.Decoding;

/// <summary>Takes what a program writes, as it writes it.</summary>
/// <returns>False to end the program.</returns>
internal delegate bool ByteSink(ReadOnlySpan<byte> bytes);
