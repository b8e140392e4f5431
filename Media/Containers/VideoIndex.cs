namespace EventTorrent.Media.Containers;

/// <summary>What a container's index says about its video track.</summary>
/// <param name="Codec">As the container names it, printable.</param>
/// <param name="Keyframes">Those that lie inside the file, or entry points to them; at least one.</param>
/// <param name="BuildHead">Makes the head of <see cref="Keyframe.Head"/> for <see cref="IContainerReader.BuildMiniFile"/>.</param>
/// <param name="Needed">The parts of the file that had to be read to know this.</param>
internal sealed record VideoIndex(
    string Codec,
    TimeSpan Duration,
    IReadOnlyList<Keyframe> Keyframes,
    Func<int, ReadOnlyMemory<byte>> BuildHead,
    IReadOnlyList<ByteRange> Needed);
