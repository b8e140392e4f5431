namespace EventTorrent.Api.Sheets;

/// <summary>So many sheets are being made that another one has to wait outside.</summary>
internal sealed class SheetsBusyException() : Exception("Too many sheets are being made.");
