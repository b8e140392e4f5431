namespace EventTorrent.Media.Containers.Mp4;

/// <summary>A rising list of sample numbers from 1, such as stss (ISO/IEC 14496-12 8.6.2), asked in rising order.</summary>
internal ref struct SampleSet(ReadOnlyMemory<byte> body)
{
    private readonly BoxTable _numbers = new(body.Span, entryLength: 4);
    private int _next;

    /// <summary>Whether the table exists at all; one without entries does.</summary>
    public readonly bool Exists { get; } = body.Length >= 8;

    public readonly bool IsEmpty => _numbers.Count == 0;

    /// <param name="sample">From 0.</param>
    public bool Contains(int sample)
    {
        while (_next < _numbers.Count && _numbers.UInt32(_next) <= (uint)sample)
            _next++;
        return _next < _numbers.Count && _numbers.UInt32(_next) == (uint)sample + 1;
    }
}
