namespace EventTorrent.Torrents;

/// <summary>How it goes with a tracker.</summary>
public enum TrackerState
{
    /// <summary>It was not asked.</summary>
    Waiting = 0,

    /// <summary>It was asked, and has not answered.</summary>
    Asking = 1,

    Working = 2,

    /// <summary>It refused, or was not reached.</summary>
    Failed = 3,
}
