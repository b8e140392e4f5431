using System.Buffers.Binary;

namespace EventTorrent.Media.Containers.Asf;

/// <summary>Takes a data packet apart (ASF specification 01.20.06, 5.2).</summary>
internal static class AsfPacket
{
    /// <summary>Payloads without compressed ones, which video does not use. What is malformed ends the list.</summary>
    public static List<AsfPayload> Read(ReadOnlyMemory<byte> packet)
    {
        var payloads = new List<AsfPayload>();
        var fields = new Fields(packet.Span);
        // Error correction data, of which only a length of its own in four bits is defined.
        if (fields.Peek() >> 7 == 1)
            fields.Skip(1 + (fields.Peek() & 0x0F));
        var lengths = fields.Byte();
        var properties = fields.Byte();
        var packetLength = fields.Number(lengths >> 5);
        fields.Number(lengths >> 1);
        var padding = fields.Number(lengths >> 3);
        fields.Skip(6);
        var end = Math.Min(packetLength == 0 ? (uint)packet.Length : packetLength, (uint)packet.Length);
        if (fields.HasFailed || padding > end)
            return payloads;

        end -= padding;
        var isMultiple = (lengths & 1) != 0;
        var count = isMultiple ? fields.Byte() : 1;
        var lengthType = count >> 6;
        for (var left = isMultiple ? count & 0x3F : 1; left > 0 && !fields.HasFailed; left--)
        {
            var stream = fields.Byte();
            var number = fields.Number(properties >> 4);
            var offset = fields.Number(properties >> 2);
            var replicatedLength = fields.Number(properties);
            var replicated = fields.Bytes(replicatedLength);
            var position = fields.Position;
            var length = isMultiple ? fields.Number(lengthType) : (uint)Math.Max(end - position, 0);
            position = fields.Position;
            if (fields.HasFailed || position + (long)length > end)
                break;

            fields.Skip((int)length);
            if (replicatedLength >= 8)
            {
                payloads.Add(new(
                    stream & 0x7F, stream >> 7 == 1, number, offset,
                    BinaryPrimitives.ReadUInt32LittleEndian(replicated),
                    BinaryPrimitives.ReadUInt32LittleEndian(replicated[4..]),
                    packet.Slice(position, (int)length)));
            }
        }

        return payloads;
    }

    /// <summary>Reads one field after the other; behind the end everything is 0.</summary>
    private ref struct Fields(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Position { get; private set; }

        public bool HasFailed { get; private set; }

        public readonly int Peek() => Position < _bytes.Length ? _bytes[Position] : 0;

        public int Byte() => (int)Number(1);

        /// <param name="type">Two bits: no field, or one of 1, 2 or 4 bytes.</param>
        public uint Number(int type)
        {
            var bytes = Bytes((uint)((type & 3) == 3 ? 4 : type & 3));
            return bytes.Length switch
            {
                1 => bytes[0],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                _ => 0,
            };
        }

        public ReadOnlySpan<byte> Bytes(uint count)
        {
            if (count > _bytes.Length - Position)
            {
                HasFailed = true;
                return default;
            }

            var bytes = _bytes.Slice(Position, (int)count);
            Position += (int)count;
            return bytes;
        }

        public void Skip(int count) => Bytes((uint)count);
    }
}
