using EventTorrent.Media.Containers.Asf;
using EventTorrent.Media.Containers.Avi;
using EventTorrent.Media.Containers.Flv;
using EventTorrent.Media.Containers.Matroska;
using EventTorrent.Media.Containers.Mp4;
using EventTorrent.Media.Containers.Ps;
using EventTorrent.Media.Containers.Ts;

namespace EventTorrent.Media.Containers;

/// <summary>The containers that can be read.</summary>
internal static class ContainerReaders
{
    private static readonly IContainerReader[] All =
    [
        new Mp4Reader(), new MatroskaReader(), new AviReader(), new FlvReader(), new AsfReader(), new TsReader(), new PsReader(),
    ];

    public static bool TryFind(string container, out IContainerReader? reader) =>
        (reader = All.FirstOrDefault(candidate => candidate.Container == container)) is not null;
}
