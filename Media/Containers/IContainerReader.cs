namespace EventTorrent.Media.Containers;

/// <summary>All that this library knows of one container format.</summary>
internal interface IContainerReader
{
    /// <summary>As <see cref="ContainerSniffer"/> names it.</summary>
    string Container { get; }

    /// <summary>The ffmpeg demuxer that reads a mini file.</summary>
    string Demuxer { get; }

    /// <summary>Finds the video track and its keyframes, or entry points to them.</summary>
    /// <exception cref="MediaException">Named cause.</exception>
    Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the keyframe behind an entry point (<see cref="Keyframe.IsLocated"/> is false). Containers whose index names
    /// every keyframe exactly never get the question.
    /// </summary>
    /// <param name="window">For this entry point alone; what has been read for the index is in it while planning.</param>
    /// <param name="head">The head that the entry point names: with resumed plans all that is known of the file.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="MediaException">Named cause.</exception>
    Task<LocatedKeyframe?> LocateAsync(
        IndexWindow window, ReadOnlyMemory<byte> head, Keyframe entry, CancellationToken cancellationToken) =>
        Task.FromResult<LocatedKeyframe?>(null);

    /// <summary>Whether these bytes can be a head for <see cref="BuildMiniFile"/>.</summary>
    bool IsHead(ReadOnlySpan<byte> head);

    /// <summary>A file of this container that holds one keyframe and nothing else, as parts to write one after the other.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe);
}
