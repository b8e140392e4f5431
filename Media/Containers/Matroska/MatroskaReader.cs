namespace EventTorrent.Media.Containers.Matroska;

/// <summary>Matroska and WebM (RFC 9559).</summary>
internal sealed class MatroskaReader : IContainerReader
{
    /// <inheritdoc />
    public string Container => ContainerSniffer.Matroska;

    /// <inheritdoc />
    public string Demuxer => "matroska";

    /// <inheritdoc />
    public Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken) =>
        MatroskaIndex.ReadAsync(window, cancellationToken);

    /// <inheritdoc />
    public async Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken)
    {
        if (!MatroskaMiniFile.TryReadHead(head, out var track, out var scale))
            return null;

        var keyframe = await new ClusterWalker(window, track, scale, MatroskaMiniFile.CounterOf(head)).LocateAsync(entry, cancellationToken);
        return keyframe is { } found ? new(found with { Head = entry.Head }) : null;
    }

    /// <inheritdoc />
    public bool IsHead(ReadOnlySpan<byte> head) => MatroskaMiniFile.TryReadHead(head.ToArray(), out _, out _);

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe) =>
        MatroskaMiniFile.Build(head, keyframe);
}
