namespace EventTorrent.Media.Containers;

/// <summary>All that this library knows of one container format.</summary>
internal interface IContainerReader
{
    /// <summary>As <see cref="ContainerSniffer"/> names it.</summary>
    string Container { get; }

    /// <summary>The ffmpeg demuxer that reads a mini file.</summary>
    string Demuxer { get; }

    /// <summary>Finds the video track and its keyframes.</summary>
    /// <exception cref="MediaException">Named cause.</exception>
    Task<VideoIndex> ReadIndexAsync(IndexWindow window, CancellationToken cancellationToken);

    /// <summary>Whether these bytes can be a head for <see cref="BuildMiniFile"/>.</summary>
    bool IsHead(ReadOnlySpan<byte> head);

    /// <summary>A file of this container that holds one keyframe and nothing else, as parts to write one after the other.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> BuildMiniFile(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> keyframe);
}
