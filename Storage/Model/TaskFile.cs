namespace EventTorrent.Storage.Model;

/// <summary>A file of a torrent, as its metadata says.</summary>
public sealed class TaskFile
{
    public Guid TaskId { get; set; }

    public int Index { get; set; }

    /// <summary>Untrusted text, for display only.</summary>
    public string Path { get; set; } = "";

    public long LengthBytes { get; set; }

    /// <summary>Worked on; of a task that wants its metadata alone, what would be if nobody chose.</summary>
    public bool Selected { get; set; }
}
