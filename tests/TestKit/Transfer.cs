namespace EventTorrent.TestKit;

/// <summary>How far a client has come with its torrent.</summary>
/// <param name="DoneBytes">On its disk, by its own words.</param>
public readonly record struct Transfer(long DoneBytes, bool IsComplete);
