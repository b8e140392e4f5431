namespace EventTorrent.Media.Hls;

/// <summary>Plans a file: asks what is in it, then decides.</summary>
internal sealed class HlsSourceReader(MediaProbe probe, HlsOptions options)
{
    /// <param name="source">Absolute path.</param>
    /// <param name="mayCopy">False when a copy of the video has failed.</param>
    /// <exception cref="MediaException">It can't become a stream, with the name of the cause.</exception>
    public async Task<HlsPlan> PlanAsync(string source, IReadOnlyList<SideSubtitle> sides, CancellationToken cancellationToken, bool mayCopy = true)
    {
        var decodable = await probe.DecodableAsync(cancellationToken);
        var facts = await probe.ReadAsync(source, cancellationToken);
        var video = HlsPlanner.ChooseVideo(facts, decodable);
        var sample = await probe.SampleAsync(source, facts, video.Index, cancellationToken);
        return HlsPlanner.Plan(facts, video, sample, decodable, sides, options, mayCopy);
    }

    /// <param name="source">Absolute path.</param>
    /// <exception cref="MediaException">It can't be read, with the name of the cause.</exception>
    public async Task<IReadOnlyList<StreamFacts>> DescribeAsync(string source, CancellationToken cancellationToken) =>
        StreamFacts.Of(await probe.ReadAsync(source, cancellationToken));
}
