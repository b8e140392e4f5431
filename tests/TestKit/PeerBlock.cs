namespace EventTorrent.TestKit;

/// <summary>What a REQUEST names (BEP 3).</summary>
/// <param name="Piece">Index of the piece.</param>
/// <param name="Begin">First byte in the piece.</param>
/// <param name="Length">Number of bytes, normally 16 KiB.</param>
public readonly record struct PeerBlock(int Piece, int Begin, int Length);
