namespace EventTorrent.Media.Containers.Asf;

/// <summary>Finds the keyframe at or behind a place among the packets, which all have one length.</summary>
internal sealed class AsfScan(AsfHeader header)
{
    private const long FirstAhead = 64 * 1024;
    private const long MaxAhead = 4 * 1024 * 1024;
    private const long MaxScanBytes = 32 * 1024 * 1024;

    /// <param name="entry">Its anchor is where the first packet begins.</param>
    public async Task<Keyframe?> NextAsync(IndexWindow window, Keyframe entry, CancellationToken cancellationToken)
    {
        var length = header.PacketLength;
        var position = entry.Anchor + (entry.Offset - entry.Anchor + length - 1) / length * length;
        var (scanned, begin) = (position, position);
        var picture = new AsfPicture(header);
        while (position + length <= window.Length && position - scanned < MaxScanBytes)
        {
            var ahead = Math.Clamp(position - scanned, FirstAhead, MaxAhead);
            var packet = await window.ReadAsync(new(position, length), cancellationToken, ahead);
            if (picture.Add(packet))
                begin = position;
            position += length;
            if (picture.IsComplete)
                return position - begin <= Keyframe.MaxBytes ? new(begin, (int)(position - begin), picture.Time, entry.Head) : null;
        }

        return null;
    }
}
