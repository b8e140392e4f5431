namespace EventTorrent.Media.Containers;

/// <summary>Looks for a place where reading can begin.</summary>
/// <param name="bytes">
/// A window of the file. A place of whose surroundings too little is there to be sure may be left out when it begins in the
/// last <see cref="IndexWindow.ScanOverlap"/> bytes: the next window begins with those.
/// </param>
/// <returns>Its index in <paramref name="bytes"/>, or -1.</returns>
internal delegate int SyncFinder(ReadOnlySpan<byte> bytes);
