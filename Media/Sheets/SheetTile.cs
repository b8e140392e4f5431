namespace EventTorrent.Media.Sheets;

/// <summary>One picture of a sheet.</summary>
/// <param name="Cell">Its place, from 0, row by row.</param>
/// <param name="Jpeg">A whole JPEG, as a <see cref="Screenshot"/> has it.</param>
/// <param name="Label">Written onto the picture: digits and colons; null for nothing.</param>
public sealed record SheetTile(int Cell, ReadOnlyMemory<byte> Jpeg, string? Label);
