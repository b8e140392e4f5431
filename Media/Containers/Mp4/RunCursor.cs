namespace EventTorrent.Media.Containers.Mp4;

/// <summary>Reads a table of runs (count, value), such as stts and ctts (ISO/IEC 14496-12 8.6.1), one sample at a time.</summary>
internal ref struct RunCursor(BoxTable runs)
{
    private readonly BoxTable _runs = runs;
    private int _next;
    private uint _left;

    /// <summary>The value of the last run that was entered; it stays when the table ends before the samples do.</summary>
    public int Value { get; private set; }

    public bool MoveNext()
    {
        while (_left == 0)
        {
            if (_next == _runs.Count)
                return false;
            _left = _runs.UInt32(_next);
            Value = _runs.Int32(_next++, field: 4);
        }

        _left--;
        return true;
    }
}
