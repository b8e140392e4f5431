namespace EventTorrent.TestKit;

/// <summary>What a process of a cluster does.</summary>
public enum ClusterRole
{
    Saga,
    Api,
    ScreenshotWorker,
    DownloadWorker,
    TranscodeWorker,
    Signaling,

    /// <summary>The node of the volume: a program of Node.js.</summary>
    Node,
}
