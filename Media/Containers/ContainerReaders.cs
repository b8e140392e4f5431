using EventTorrent.Media.Containers.Matroska;
using EventTorrent.Media.Containers.Mp4;

namespace EventTorrent.Media.Containers;

/// <summary>The containers that can be read.</summary>
internal static class ContainerReaders
{
    private static readonly IContainerReader[] All = [new Mp4Reader(), new MatroskaReader()];

    public static bool TryFind(string container, out IContainerReader? reader) =>
        (reader = All.FirstOrDefault(candidate => candidate.Container == container)) is not null;
}
