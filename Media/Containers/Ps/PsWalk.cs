using System.Buffers.Binary;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Ps;

/// <summary>
/// Goes through the packets of a program stream. Their start codes, from 0xB9 on, occur nowhere inside video, so that
/// packets are found from any place.
/// </summary>
internal ref struct PsWalk(ReadOnlySpan<byte> bytes)
{
    private const byte FirstPacketId = 0xBB;
    private const int FieldsLength = 6;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;

    /// <summary>Where the current packet begins.</summary>
    public int Position { get; private set; }

    public int End => _next;

    public byte Id { get; private set; }

    public readonly bool IsVideo => Id is >= 0xE0 and <= 0xEF;

    /// <summary>Of video alone.</summary>
    public PesHeader Header { get; private set; }

    /// <summary>Of video alone: what is there of it.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    public bool MoveNext()
    {
        for (var at = KeyframeSigns.NextStartCode(_bytes, _next); at >= 0 && at + 3 <= _bytes.Length; at = KeyframeSigns.NextStartCode(_bytes, at))
        {
            if (_bytes[at] < FirstPacketId)
                continue;

            Id = _bytes[at];
            Position = at - 3;
            _next = Math.Min(Position + FieldsLength + BinaryPrimitives.ReadUInt16BigEndian(_bytes[(at + 1)..]), _bytes.Length);
            if (!IsVideo)
                return true;
            if (!PesHeader.TryRead(_bytes[Position.._next], out var header))
                continue;

            Header = header;
            Payload = _bytes[Math.Min(Position + header.Length, _next).._next];
            return true;
        }

        return false;
    }
}
