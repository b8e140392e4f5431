namespace EventTorrent.Signaling;

/// <summary>A bucket that holds so much for a minute and fills evenly. For one caller at a time.</summary>
internal sealed class Budget(int perMinute, TimeProvider time)
{
    private double _left = perMinute;
    private long _since = time.GetTimestamp();

    public bool TrySpend()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(perMinute, _left + time.GetElapsedTime(_since, now).TotalMinutes * perMinute);
        _since = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
