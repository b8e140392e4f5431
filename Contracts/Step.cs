namespace EventTorrent.Contracts;

/// <summary>The steps of a task; each is one or more work items.</summary>
public enum Step
{
    Screenshots,
    Download,
    Transcode,
}
