using System.Buffers.Binary;
using System.Text;

namespace EventTorrent.Media.Containers.Asf;

/// <summary>An ASF file of one picture: format and aspect ratio are copied, objects and packets are our own.</summary>
internal static class AsfMiniFile
{
    /// <summary>Formats have 51 bytes and the codec's own data.</summary>
    private const int MaxFormatBytes = 64 * 1024;

    private const int DataObjectFieldsLength = 50;

    /// <summary>Bytes of a packet before its data, as <see cref="Packet"/> writes it.</summary>
    private const int PacketFieldsLength = 28;

    private static readonly int FilePropertiesOffset = AsfObject.HeaderLength + 6;

    /// <summary>A whole header object. Lengths that depend on the picture stay 0: no reader needs them.</summary>
    public static byte[] BuildHead(AsfHeader header)
    {
        if (header.Format.Length > MaxFormatBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The stream format has {header.Format.Length} bytes.");

        var file = new byte[80];
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(32), 1); // packets
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(40), (header.PrerollMilliseconds + 1000L) * TimeSpan.TicksPerMillisecond);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(48), TimeSpan.TicksPerSecond);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(56), header.PrerollMilliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(64), 2); // seekable
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(68), header.PacketLength);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(72), header.PacketLength);

        var stream = new byte[54 + header.Format.Length];
        AsfGuids.VideoMedia.TryWriteBytes(stream);
        AsfGuids.NoErrorCorrection.TryWriteBytes(stream.AsSpan(16));
        BinaryPrimitives.WriteInt32LittleEndian(stream.AsSpan(40), header.Format.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stream.AsSpan(48), (ushort)header.StreamNumber);
        header.Format.CopyTo(stream.AsMemory(54));

        byte[] objects = [.. Object(AsfGuids.FileProperties, file), .. Object(AsfGuids.StreamProperties, stream), .. Aspect(header)];
        var count = header.Aspect is (0, _) or (_, 0) ? 2 : 3;
        return Object(AsfGuids.Header, [(byte)count, 0, 0, 0, 1, 2, .. objects]);
    }

    public static bool IsHead(ReadOnlySpan<byte> head) => head.Length <= 2 * MaxFormatBytes
        && AsfObject.TryReadHeader(head, out var id, out var length) && id == AsfGuids.Header && length == (ulong)head.Length
        && head.Length > FilePropertiesOffset + 16 && new Guid(head.Slice(FilePropertiesOffset, 16)) == AsfGuids.FileProperties;

    /// <summary>What <see cref="BuildHead"/> was made of.</summary>
    /// <exception cref="MediaException">It is no such head.</exception>
    public static AsfHeader ReadHead(ReadOnlyMemory<byte> head) =>
        AsfHeader.Read(head.Length > AsfObject.HeaderLength ? head[AsfObject.HeaderLength..] : default);

    /// <param name="keyframe">The packets that hold the picture, perhaps with others.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Build(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe)
    {
        var header = ReadHead(head);
        var picture = new AsfPicture(header);
        for (var rest = keyframe; rest.Length >= header.PacketLength && !picture.IsComplete; rest = rest[header.PacketLength..])
            picture.Add(rest[..header.PacketLength]);
        if (!picture.IsComplete)
            return [];

        var bytes = picture.Parts.SelectMany(part => part.ToArray()).ToArray();
        var room = header.PacketLength - PacketFieldsLength;
        var packets = Enumerable.Range(0, (bytes.Length + room - 1) / room)
            .Select(i => (ReadOnlyMemory<byte>)Packet(header, bytes, i * room, Math.Min(room, bytes.Length - i * room)))
            .ToList();
        var data = new byte[DataObjectFieldsLength];
        AsfGuids.Data.TryWriteBytes(data);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(16), DataObjectFieldsLength + (long)packets.Count * header.PacketLength);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(40), packets.Count);
        (data[48], data[49]) = (1, 1);
        return [head, data, .. packets];
    }

    /// <summary>5.2: error correction, lengths (padding of two bytes), properties; then a single payload that is part of object 0.</summary>
    private static byte[] Packet(AsfHeader header, byte[] picture, int offset, int length)
    {
        var packet = new byte[header.PacketLength];
        ReadOnlySpan<byte> start = [0x82, 0, 0, 0x10, 0x5D];
        start.CopyTo(packet);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(5), 0);
        var padding = packet.Length - PacketFieldsLength - length;
        packet[13] = (byte)(0x80 | header.StreamNumber);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(15), offset);
        packet[19] = 8;
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(20), picture.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(24), header.PrerollMilliseconds);
        picture.AsSpan(offset, length).CopyTo(packet.AsSpan(PacketFieldsLength));
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(5), (ushort)Math.Min(padding, ushort.MaxValue));
        return packet;
    }

    /// <summary>4.7: the aspect ratio travels in a metadata object inside the header extension.</summary>
    private static byte[] Aspect(AsfHeader header)
    {
        if (header.Aspect is (0, _) or (_, 0))
            return [];

        byte[] records = [2, 0, .. Record(header.StreamNumber, "AspectRatioX\0", header.Aspect.X), .. Record(header.StreamNumber, "AspectRatioY\0", header.Aspect.Y)];
        var metadata = Object(AsfGuids.Metadata, records);
        return Object(AsfGuids.HeaderExtension, [.. AsfGuids.HeaderExtensionReserved.ToByteArray(), 6, 0, .. UInt32((uint)metadata.Length), .. metadata]);
    }

    private static byte[] Record(int stream, string name, uint value)
    {
        const byte DoubleWord = 3;
        var text = Encoding.Unicode.GetBytes(name);
        return [0, 0, (byte)stream, 0, (byte)text.Length, 0, DoubleWord, 0, 4, 0, 0, 0, .. text, .. UInt32(value)];
    }

    private static byte[] Object(Guid id, ReadOnlySpan<byte> body)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, AsfObject.HeaderLength + body.Length);
        return [.. id.ToByteArray(), .. length, .. body];
    }

    private static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
