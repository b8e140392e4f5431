namespace EventTorrent.Media.Containers.Pictures;

/// <summary>A keyframe in an elementary stream.</summary>
/// <param name="IsOpen">It ends with the stream: perhaps more of it follows.</param>
internal readonly record struct FoundPicture(int Start, int End, bool IsOpen)
{
    /// <summary>The first keyframe that begins in a stream.</summary>
    /// <param name="before">Pictures that begin from here on do not count.</param>
    public static FoundPicture? Find(Coding coding, ReadOnlySpan<byte> stream, int before = int.MaxValue)
    {
        var units = new AccessUnits(coding, stream);
        while (units.MoveNext() && units.Start < before)
        {
            if (units.HasBeginning && KeyframeSigns.IsKeyframe(coding, units.Bytes) == true)
                return new(units.Start, units.End, units.IsOpen);
        }

        return null;
    }
}
