using System.Buffers.Text;

namespace EventTorrent.Torrents;

/// <summary>
/// A forward-only reader of bencoding (BEP 3) over bytes that an attacker chose: depth and number of values are bounded, integers are checked,
/// lengths are compared with what is left before anything is cut.
/// </summary>
internal ref struct BencodeReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 100;
    private const int MaxValues = 2_000_000;
    private const int MaxLengthDigits = 10;
    private const int MaxIntegerCharacters = 20;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;
    private int _values;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position >= _bytes.Length;

    public readonly bool IsDictionary => Next == 'd';

    public readonly bool IsList => Next == 'l';

    public readonly bool IsInteger => Next == 'i';

    public readonly bool IsString => Next is >= (byte)'0' and <= (byte)'9';

    private readonly byte Next => Position < _bytes.Length ? _bytes[Position] : throw Malformed("it ends too early");

    public void EnterDictionary() => Enter('d');

    public void EnterList() => Enter('l');

    /// <summary>True while the list or dictionary has another member; steps over its end otherwise.</summary>
    public bool MoveNext()
    {
        if (Next != 'e')
            return true;
        Position++;
        _depth--;
        return false;
    }

    public ReadOnlySpan<byte> ReadString()
    {
        Count();
        if (!IsString)
            throw Malformed("a string was expected");
        var colon = _bytes[Position..Math.Min(_bytes.Length, Position + MaxLengthDigits + 1)].IndexOf((byte)':');
        if (colon < 0 || !Utf8Parser.TryParse(_bytes.Slice(Position, colon), out uint length, out var used) || used != colon)
            throw Malformed("a string has no proper length");
        var start = Position + colon + 1;
        if (length > _bytes.Length - start)
            throw Malformed("a string is longer than what is left");
        Position = start + (int)length;
        return _bytes.Slice(start, (int)length);
    }

    public long ReadInteger()
    {
        Count();
        if (!IsInteger)
            throw Malformed("an integer was expected");
        var end = _bytes[Position..Math.Min(_bytes.Length, Position + MaxIntegerCharacters + 2)].IndexOf((byte)'e');
        if (end < 2 || !Utf8Parser.TryParse(_bytes.Slice(Position + 1, end - 1), out long value, out var used) || used != end - 1 || _bytes[Position + 1] == '+')
            throw Malformed("an integer can't be read");
        Position += end + 1;
        return value;
    }

    /// <summary>Steps over one value of any kind and returns its bytes.</summary>
    public ReadOnlySpan<byte> Skip()
    {
        var start = Position;
        if (IsInteger)
            ReadInteger();
        else if (IsString)
            ReadString();
        else if (IsList)
        {
            EnterList();
            while (MoveNext())
                Skip();
        }
        else
        {
            EnterDictionary();
            while (MoveNext())
            {
                ReadString();
                Skip();
            }
        }
        return _bytes[start..Position];
    }

    private void Enter(char kind)
    {
        Count();
        if (Next != kind)
            throw Malformed(kind == 'd' ? "a dictionary was expected" : "a list was expected");
        if (++_depth > MaxDepth)
            throw new TorrentException(TorrentErrorKind.LimitExceeded, $"The torrent is nested deeper than {MaxDepth} levels.");
        Position++;
    }

    private void Count()
    {
        if (++_values > MaxValues)
            throw new TorrentException(TorrentErrorKind.LimitExceeded, $"The torrent has more than {MaxValues} values.");
    }

    public static TorrentException Malformed(string what) => new(TorrentErrorKind.MalformedSource, $"The torrent can't be read: {what}.");
}
