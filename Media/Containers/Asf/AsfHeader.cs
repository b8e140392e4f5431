using System.Buffers.Binary;
using System.Text;
using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers.Asf;

/// <summary>What the header object says of the file and of its first video stream.</summary>
internal sealed class AsfHeader
{
    /// <summary>Payload headers need about 30 bytes; real packets have 1 to 64 KiB.</summary>
    private const uint MinPacketBytes = 64;

    private const uint MaxPacketBytes = 256 * 1024;

    /// <summary>Width, height, one flag and the length of the format, before the format itself.</summary>
    private const int PictureFieldsLength = 11;

    private const int BitmapHeaderLength = 40;
    private const int ExtensionFieldsLength = 22;

    private bool _hasFile;
    private bool _hasProtection;
    private bool _isStreamEncrypted;
    private readonly Dictionary<(int Stream, string Name), uint> _metadata = [];

    private AsfHeader()
    {
    }

    /// <summary>All packets have this length.</summary>
    public int PacketLength { get; private set; }

    /// <summary>Milliseconds by which every time in the file is too late.</summary>
    public uint PrerollMilliseconds { get; private set; }

    public TimeSpan Duration { get; private set; }

    /// <summary>1 to 127; 0 when there is no video.</summary>
    public int StreamNumber { get; private set; }

    /// <summary>Width, height and BITMAPINFOHEADER with the codec's own data.</summary>
    public ReadOnlyMemory<byte> Format { get; private set; }

    public string Codec { get; private set; } = "";

    public Coding Coding => CodingNames.OfFourCC(Codec);

    /// <summary>Pixel aspect ratio, or 0 to 0.</summary>
    public (uint X, uint Y) Aspect => (_metadata.GetValueOrDefault((StreamNumber, "AspectRatioX")), _metadata.GetValueOrDefault((StreamNumber, "AspectRatioY")));

    /// <param name="body">What the header object holds: six bytes, then objects.</param>
    /// <exception cref="MediaException">Named cause.</exception>
    public static AsfHeader Read(ReadOnlyMemory<byte> body)
    {
        var header = new AsfHeader();
        header.ReadObjects(body.Length > 6 ? body[6..] : default, depth: 0);
        if (!header._hasFile)
            throw new MediaException(MediaErrorKind.IndexMalformed, "The ASF header has no file properties.");
        if (header.StreamNumber == 0)
            throw new MediaException(MediaErrorKind.IndexNotFound, "The ASF file has no video stream.");
        if (header._hasProtection || header._isStreamEncrypted)
            throw new MediaException(MediaErrorKind.Encrypted, "The ASF file is protected.");
        return header;
    }

    private void ReadObjects(ReadOnlyMemory<byte> level, int depth)
    {
        foreach (var item in AsfObject.Walk(level))
        {
            var body = item.Body;
            if (item.Id == AsfGuids.FileProperties)
                ReadFile(body.Span);
            else if (item.Id == AsfGuids.StreamProperties)
                ReadStream(body);
            else if (item.Id == AsfGuids.HeaderExtension && depth == 0 && body.Length > ExtensionFieldsLength)
                ReadObjects(body[ExtensionFieldsLength..], depth + 1);
            else if (item.Id == AsfGuids.ExtendedStreamProperties)
                ReadExtendedStream(body);
            else if (item.Id == AsfGuids.Metadata)
                ReadMetadata(body.Span);
            else if (item.Id == AsfGuids.ContentEncryption || item.Id == AsfGuids.ExtendedContentEncryption || item.Id == AsfGuids.AdvancedContentEncryption)
                _hasProtection = true;
        }
    }

    /// <summary>3.2: play duration in 100 ns at 40, preroll in ms at 56, least and greatest packet length at 68 and 72.</summary>
    private void ReadFile(ReadOnlySpan<byte> body)
    {
        if (_hasFile || body.Length < 80)
            return;

        var packet = BinaryPrimitives.ReadUInt32LittleEndian(body[72..]);
        if (packet is < MinPacketBytes or > MaxPacketBytes)
            throw new MediaException(MediaErrorKind.LimitExceeded, $"The packets have {packet} bytes.");
        PacketLength = (int)packet;
        PrerollMilliseconds = (uint)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(body[56..]), uint.MaxValue);
        var playTicks = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(body[40..]), (ulong)MediaTime.Max.Ticks);
        var ticks = playTicks - PrerollMilliseconds * TimeSpan.TicksPerMillisecond;
        Duration = new(Math.Max(ticks, 0));
        _hasFile = true;
    }

    /// <summary>3.3: stream type at 0, length of its data at 40, number and encryption at 48, its data from 54 on.</summary>
    private void ReadStream(ReadOnlyMemory<byte> body)
    {
        const int FieldsLength = 54;
        var span = body.Span;
        if (StreamNumber != 0 || span.Length < FieldsLength + PictureFieldsLength + BitmapHeaderLength || new Guid(span[..16]) != AsfGuids.VideoMedia)
            return;

        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(span[40..]), (uint)(span.Length - FieldsLength));
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(span[48..]);
        if (length < PictureFieldsLength + BitmapHeaderLength || (flags & 0x7F) == 0)
            return;

        StreamNumber = flags & 0x7F;
        _isStreamEncrypted = (flags & 0x8000) != 0;
        Format = body.Slice(FieldsLength, length);
        Codec = string.Concat(Encoding.Latin1.GetString(Format.Span.Slice(PictureFieldsLength + 16, 4))
            .Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '.'));
    }

    /// <summary>4.1: behind names and extension systems, the stream properties themselves may stand.</summary>
    private void ReadExtendedStream(ReadOnlyMemory<byte> body)
    {
        const int FieldsLength = 64;
        if (body.Length < FieldsLength)
            return;

        var names = BinaryPrimitives.ReadUInt16LittleEndian(body.Span[60..]);
        var systems = BinaryPrimitives.ReadUInt16LittleEndian(body.Span[62..]);
        var rest = body[FieldsLength..];
        for (var i = 0; i < names && rest.Length >= 4; i++)
            rest = rest[Math.Min(4 + BinaryPrimitives.ReadUInt16LittleEndian(rest.Span[2..]), rest.Length)..];
        for (var i = 0; i < systems && rest.Length >= 22; i++)
            rest = rest[(int)Math.Min(22 + (long)BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[18..]), rest.Length)..];
        foreach (var item in AsfObject.Walk(rest).Where(item => item.Id == AsfGuids.StreamProperties))
            ReadStream(item.Body);
    }

    /// <summary>4.7: records of reserved, stream, length of the name, type, length of the data, name, data.</summary>
    private void ReadMetadata(ReadOnlySpan<byte> body)
    {
        const int RecordFieldsLength = 12;
        var rest = body.Length > 2 ? body[2..] : default;
        while (rest.Length >= RecordFieldsLength)
        {
            var stream = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            var dataLength = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
            if (nameLength + (long)dataLength > rest.Length - RecordFieldsLength)
                return;

            var data = rest.Slice(RecordFieldsLength + nameLength, (int)dataLength);
            if (data.Length == 4 && nameLength == 2 * ("AspectRatioX".Length + 1))
                _metadata[(stream, Encoding.Unicode.GetString(rest.Slice(RecordFieldsLength, nameLength)).TrimEnd('\0'))] = BinaryPrimitives.ReadUInt32LittleEndian(data);
            rest = rest[(RecordFieldsLength + nameLength + (int)dataLength)..];
        }
    }
}
