using System.Buffers.Binary;

namespace EventTorrent.Fuzz;

/// <summary>
/// Damages a file: bytes, numbers, ends, sizes of elements, and elements doubled, dropped, moved and nested. The same seed
/// of chance always makes the same file.
/// </summary>
internal sealed class Mutator(FuzzTarget target, Random random)
{
    /// <summary>Readers promise their limits for inputs of one megabyte.</summary>
    private const int MaxBytes = 1_000_000;

    /// <summary>Enough to keep what container it is, most of the time.</summary>
    private const int SignatureBytes = 16;

    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF,
        0x1_0000_0000, 0x00FF_FFFF_FFFF_FFFE, 0x00FF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFF0, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, ulong.MaxValue,
    ];

    private byte[] _file = [];

    public byte[] Next()
    {
        var seed = target.Seeds[random.Next(target.Seeds.Count)];
        _file = [.. seed];
        for (var i = random.Next(1, 4); i > 0; i--)
            ChangeStructure();
        for (var i = random.Next(0, 8); i > 0 && _file.Length > 0; i--)
            ChangeBytes();
        if (random.Next(20) == 0)
            _file = _file[..random.Next(_file.Length + 1)];
        if (random.Next(20) != 0)
            seed.AsSpan(0, Math.Min(Math.Min(SignatureBytes, seed.Length), _file.Length)).CopyTo(_file);
        return _file;
    }

    private void ChangeBytes()
    {
        var position = random.Next(_file.Length);
        switch (random.Next(4))
        {
            case 0:
                _file[position] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                _file[position] = (byte)random.Next(256);
                break;
            default:
                WriteNumber(position);
                break;
        }
    }

    private void WriteNumber(int position)
    {
        Span<byte> number = stackalloc byte[8];
        var value = random.Next(4) == 0 ? (ulong)random.Next(-16, _file.Length + 16) : Numbers[random.Next(Numbers.Length)];
        var width = Math.Min(1 << random.Next(4), _file.Length - position);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
            number[^width..].CopyTo(_file.AsSpan(position));
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
            number[..width].CopyTo(_file.AsSpan(position));
        }
    }

    private void ChangeStructure()
    {
        var elements = target.Walk(_file);
        if (elements.Count == 0)
            return;

        var element = elements[random.Next(elements.Count)];
        var whole = _file.AsSpan(element.Offset, element.Length).ToArray();
        switch (random.Next(9))
        {
            case 0 or 1:
                if (element.Kind != SizeKind.None)
                    element.Write(_file, random.Next(2) == 0 ? (ulong)(element.Length + random.Next(-20, 20)) : Numbers[random.Next(Numbers.Length)]);
                break;
            case 2:
                Replace(elements, element.Offset, element.Length, []);
                break;
            case 3:
                Insert(elements, elements[random.Next(elements.Count)], whole);
                break;
            case 4:
                Insert(elements, element, [.. Enumerable.Repeat(whole, Repetitions(whole.Length)).SelectMany(part => part)]);
                break;
            case 5:
                Nest(elements, element);
                break;
            case 6:
                ReplaceByAnother(elements, element);
                break;
            case 7:
                Splice(elements, element);
                break;
            default:
                if (element.Length > element.HeaderLength)
                    WriteNumber(element.Offset + element.HeaderLength + random.Next(element.Length - element.HeaderLength));
                break;
        }
    }

    private int Repetitions(int length) => random.Next(8) == 0 ? Math.Max(1, (MaxBytes - _file.Length) / length) : random.Next(1, 8);

    /// <summary>Before an element or at its end, inside or outside of it.</summary>
    private void Insert(List<Element> elements, Element place, byte[] bytes) =>
        Replace(elements, random.Next(3) switch { 0 => place.Offset, 1 => place.Offset + place.HeaderLength, _ => place.End }, 0, bytes);

    /// <summary>Puts an element into many copies of the header of another, each with the right size or none.</summary>
    private void Nest(List<Element> elements, Element element)
    {
        var outer = elements[random.Next(elements.Count)];
        var header = _file.AsSpan(outer.Offset, outer.HeaderLength).ToArray();
        var whole = _file.AsSpan(element.Offset, element.Length).ToArray();
        for (var depth = random.Next(8) == 0 ? 1000 : random.Next(1, 4); depth > 0 && _file.Length + whole.Length < MaxBytes; depth--)
        {
            whole = [.. header, .. whole];
            if (outer.Kind != SizeKind.None && outer.SizeOffset + outer.SizeLength <= header.Length)
                (outer with { Offset = 0 }).Write(whole, (ulong)(outer.Kind == SizeKind.Vint ? whole.Length - header.Length : whole.Length));
        }

        Replace(elements, element.Offset, element.Length, whole);
    }

    private void ReplaceByAnother(List<Element> elements, Element element)
    {
        var other = elements[random.Next(elements.Count)];
        Replace(elements, element.Offset, element.Length, _file.AsSpan(other.Offset, other.Length).ToArray());
    }

    /// <summary>An element of another seed.</summary>
    private void Splice(List<Element> elements, Element place)
    {
        var seed = target.Seeds[random.Next(target.Seeds.Count)];
        var others = target.Walk(seed);
        if (others.Count > 0 && others[random.Next(others.Count)] is var other)
            Insert(elements, place, seed.AsSpan(other.Offset, other.Length).ToArray());
    }

    /// <summary>Replaces bytes; most of the time the elements around them get the right size.</summary>
    private void Replace(List<Element> elements, int offset, int length, byte[] bytes)
    {
        if (_file.Length - length + bytes.Length > MaxBytes)
            return;

        byte[] changed = [.. _file[..offset], .. bytes, .. _file[(offset + length)..]];
        if (random.Next(4) != 0)
        {
            foreach (var parent in elements.Where(parent => parent.Offset + parent.HeaderLength <= offset && parent.End >= offset + length && parent.Length > length))
                parent.Grow(changed, bytes.Length - length);
        }

        _file = changed;
    }
}
