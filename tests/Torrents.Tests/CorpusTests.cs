using System.Globalization;
using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Torrents.Tests;

/// <summary>Real and broken torrents of many projects: read as libtorrent reads them, or refused by name; never a crash.</summary>
public sealed partial class CorpusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_reader_agrees_with_libtorrent_or_refuses_by_name()
    {
        foreach (var (path, expected) in Manifest())
        {
            var bytes = File.ReadAllBytes(path);
            var name = Path.GetFileName(path);
            var ok = TorrentFileReader.TryRead(bytes, out var contents, out var error);
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {(ok ? "read" : error!.Message)} | {expected}");
            if (!ok)
            {
                Assert.Contains(error!.Kind, (TorrentErrorKind[])[TorrentErrorKind.MalformedSource, TorrentErrorKind.LimitExceeded]);
                continue;
            }
            var m = contents!.Metadata;
            var facts = Facts().Match(expected);
            if (!facts.Success)
                continue;
            // libtorrent pads a v2-only folder to whole pieces at its end too; we end with the last file.
            var total = long.Parse(facts.Groups["total"].Value, CultureInfo.InvariantCulture);
            var padded = m.InfohashV1 is null && total % m.PieceLengthBytes == 0 ? (long)m.PieceCount * m.PieceLengthBytes : m.TotalBytes;
            Assert.Equal(
                (name, facts.Groups["v1"].Value, facts.Groups["v2"].Value, total, facts.Groups["piece"].Value, facts.Groups["private"].Value),
                (name, m.InfohashV1 ?? "-", m.InfohashV2 ?? "-", padded, $"{m.PieceLengthBytes}", m.IsPrivate ? "1" : "0"));
        }
    }

    [Fact]
    public async Task The_engine_takes_what_the_reader_takes_and_sees_the_same()
    {
        await using var engine = LocalEngine.Start();
        foreach (var (path, _) in Manifest())
        {
            var bytes = File.ReadAllBytes(path);
            if (!TorrentFileReader.TryRead(bytes, out var contents, out _))
                continue;
            try
            {
                await using var torrent = await engine.AddAsync(new TorrentSource.TorrentFile(bytes), new AddTorrentOptions(), Token);
                var metadata = await torrent.GetMetadataAsync(LocalEngine.Patience, Token);
                Assert.Equal(contents.Metadata.InfohashV1, metadata.InfohashV1);
                if (metadata.InfohashV1 is null || metadata.Files[^1].IsPad)
                    continue;
                // The last byte of the content exists for both, the one after it for neither.
                await Assert.ThrowsAsync<TorrentException>(async () => await torrent.ReadAsync(metadata.TotalBytes - 1, new byte[1], Token));
                await Assert.ThrowsAsync<ArgumentException>(async () => await torrent.ReadAsync(metadata.TotalBytes, new byte[1], Token));
            }
            catch (TorrentException e)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(path)}: {e.Message}");
                Assert.NotEqual(TorrentErrorKind.EngineFailure, e.Kind);
            }
        }
        Assert.Equal(0, engine.MemoryBytes);
    }

    [Fact]
    public void Damaged_torrents_never_escape_as_anything_but_a_named_refusal()
    {
        var random = new Random(1);
        foreach (var (path, _) in Manifest().Where(m => new FileInfo(m.Path).Length < 64 * 1024))
        {
            var original = File.ReadAllBytes(path);
            for (var round = 0; round < 200; round++)
            {
                var bytes = original.ToArray();
                for (var change = 0; change < 3 && bytes.Length > 0; change++)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (!TorrentFileReader.TryRead(bytes.AsSpan(0, random.Next(1, bytes.Length + 1)), out _, out var error))
                    Assert.NotEqual(TorrentErrorKind.EngineFailure, error.Kind);
                _ = TorrentFileReader.TryRead(bytes, out _, out _);
            }
        }
    }

    private static IEnumerable<(string Path, string Expected)> Manifest()
    {
        Assert.SkipUnless(RepositoryPaths.Corpus is not null, "The corpus of real torrents is not on this machine.");
        var corpus = RepositoryPaths.Corpus!;
        return File.ReadLines(Path.Combine(corpus, "torrents", "MANIFEST.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Where(f => f[0].EndsWith(".torrent", StringComparison.Ordinal))
            .Select(f => (Path.Combine(corpus, f[0]), f[6]));
    }

    [GeneratedRegex(@"^ok v1=(?<v1>\S+) v2=(?<v2>\S+) files=(?<files>\d+) video_files=\d+ total=(?<total>\d+) piece=(?<piece>\d+) private=(?<private>\d)")]
    private static partial Regex Facts();
}
