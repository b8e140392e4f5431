namespace EventTorrent.Storage.Model;

/// <summary>A picture that is in its place in the screenshot store.</summary>
public sealed class StoredScreenshot
{
    public Guid TaskId { get; set; }

    public int FileIndex { get; set; }

    /// <summary>Position among the shots of the file, from 0, in the order of time.</summary>
    public int Index { get; set; }

    public TimeSpan WantedAt { get; set; }

    public TimeSpan TakenAt { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    public bool Verified { get; set; }

    public int LengthBytes { get; set; }

    public DateTimeOffset StoredAt { get; set; }
}
