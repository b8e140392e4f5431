using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Asf;

/// <summary>Puts a keyframe together from the payloads of packets that follow each other. Nothing is allocated for what is only claimed.</summary>
internal sealed class AsfPicture(AsfHeader header)
{
    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private AsfPayload _first;
    private long _missing;

    public bool HasBegun => _parts.Count > 0;

    public bool IsComplete => HasBegun && _missing == 0;

    public int Length => (int)_first.ObjectLength;

    /// <summary>When it is shown, without the preroll.</summary>
    public TimeSpan Time => MediaTime.ToTimeSpan((long)_first.Milliseconds - header.PrerollMilliseconds, 1000);

    public IReadOnlyList<ReadOnlyMemory<byte>> Parts => _parts;

    /// <summary>Takes what belongs to the picture from the next packet.</summary>
    /// <returns>Whether the picture begins in this packet: one that is broken off by another object gives way to the next keyframe.</returns>
    public bool Add(ReadOnlyMemory<byte> packet)
    {
        var begins = false;
        foreach (var payload in AsfPacket.Read(packet).Where(payload => payload.Stream == header.StreamNumber))
        {
            if (IsComplete)
                break;
            if (!HasBegun || payload.ObjectNumber != _first.ObjectNumber || payload.Offset != Length - _missing)
            {
                _parts.Clear();
                if (!CanBegin(payload))
                    continue;

                (_first, _missing) = (payload, payload.ObjectLength);
                begins = true;
            }

            var length = (int)Math.Min(payload.Data.Length, _missing);
            _parts.Add(payload.Data[..length]);
            _missing -= length;
        }

        return begins;
    }

    private bool CanBegin(AsfPayload payload) =>
        payload is { IsKeyframe: true, Offset: 0, ObjectLength: > 0 and <= Keyframe.MaxBytes }
        && KeyframeSigns.IsKeyframe(header.Coding, payload.Data.Span) != false;
}
