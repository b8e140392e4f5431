namespace EventTorrent.Storage.Model;

/// <summary>
/// What a deleted task left on a volume for whoever wants it again. Invariants:
/// <list type="bullet">
/// <item>Written in the transaction that removes the task, and removed in the one that adds a download of the same torrent: it and a
/// download never are there at once, and between the two nothing of it is removed.</item>
/// <item>While it is there its <see cref="DeletedTask"/> is not forgotten: when it goes, the volume's files are those of a deleted task.</item>
/// </list>
/// </summary>
public sealed class KeptData
{
    public Guid TaskId { get; set; }

    /// <summary>40 or 64 lower-case hex digits.</summary>
    public string Infohash { get; set; } = "";

    public string Volume { get; set; } = "";

    /// <summary>Of the files that were downloaded, or were to be.</summary>
    public long Bytes { get; set; }

    /// <summary>The bencoded info dictionary, so that nobody has to be asked for it again, or null when it is too large.</summary>
    public byte[]? Info { get; set; }

    /// <summary>When its task was deleted.</summary>
    public DateTimeOffset Since { get; set; }
}
