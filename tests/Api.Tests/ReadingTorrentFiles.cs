using System.Diagnostics;
using EventTorrent.Contracts;
using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

public sealed class ReadingTorrentFiles
{
    /// <summary>Read here though the origin refuses them: for piece layers, which we drop, and for names, which are never paths here.</summary>
    private static readonly HashSet<string> Looser =
    [
        "libtorrent__duplicate_files2.torrent",
        "libtorrent__v2_invalid_piece_layer_size.torrent",
        "libtorrent__v2_non_multiple_piece_layer.torrent",
        "libtorrent__v2_piece_layer_invalid_file_hash.torrent",
        "libtorrent__v2_unknown_piece_layer_entry.torrent",
        "transmission__dup-files.torrent",
    ];

    [Fact]
    public void A_torrent_gives_its_infohash_name_trackers_and_info()
    {
        var torrent = Bencode.Encode(new Dictionary<string, object>
        {
            ["announce"] = "http://a.example/x",
            ["announce-list"] = new List<object>
            {
                new List<object> { "udp://b.example:1/", "file:///etc/passwd" },
                new List<object> { "http://a.example/x" },
            },
            ["info"] = Bencode.Decode(Torrents.File().Info, out _),
        });

        Assert.True(TorrentDescriptor.TryParse(torrent, out var descriptor, out _));

        Assert.Equal(Torrents.File().Infohash, descriptor.Infohash.ToString());
        Assert.Null(descriptor.InfohashV2);
        Assert.Equal("video.mp4", descriptor.Name);
        Assert.Equal(["http://a.example/x", "udp://b.example:1/"], descriptor.Trackers.Order());
        Assert.Equal(Torrents.File().Info, descriptor.Info);
    }

    [Fact]
    public void Trackers_stay_bounded()
    {
        Assert.True(TorrentDescriptor.TryParse(WithGoodInfo(BrokenTorrents.WithTrackers(100_000)), out var descriptor, out _));

        Assert.Equal(64, descriptor.Trackers.Count);
    }

    [Fact]
    public void Too_many_files_and_pieces_are_named()
    {
        Assert.False(TorrentDescriptor.TryParse(BrokenTorrents.WithFiles(10_001), out _, out var files));
        Assert.False(TorrentDescriptor.TryParse(BrokenTorrents.WithPieces((1 << 18) + 1), out _, out var pieces));

        Assert.Contains("10000 files", files, StringComparison.Ordinal);
        Assert.Contains("262144 pieces", pieces, StringComparison.Ordinal);
        Assert.True(TorrentDescriptor.TryParse(BrokenTorrents.WithFiles(10_000), out _, out _));
        Assert.True(TorrentDescriptor.TryParse(BrokenTorrents.WithPieces(1 << 18), out _, out _));
    }

    [Theory]
    [InlineData("d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaa6:pieces20:bbbbbbbbbbbbbbbbbbbbee", "two fields \"pieces\"")]
    [InlineData("d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae4:infodee", "two fields \"info\"")]
    [InlineData("d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaeegarbage", "behind its end")]
    [InlineData("d4:infod6:lengthi01e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee", "well-formed")]
    [InlineData("d4:infod6:lengthi1e4:name1:a12:piece lengthi1e6:pieces20:aaaaaaaaaaaaaaaaaaaaee", "piece length")]
    [InlineData("d4:infod6:lengthi1e12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee", "no name")]
    [InlineData("d4:infod5:filesle6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee", "either")]
    [InlineData("d4:info99999999999:", "well-formed")]
    [InlineData("d4:infoi9223372036854775808ee", "well-formed")]
    [InlineData("d4:infoi-0ee", "well-formed")]
    public void What_is_wrong_is_said(string torrent, string expected)
    {
        Assert.False(TorrentDescriptor.TryParse(System.Text.Encoding.ASCII.GetBytes(torrent), out _, out var error));

        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_torrent_of_the_corpus_has_its_infohash_or_is_refused_by_name()
    {
        var differences = new List<string>();
        var rows = Corpus("torrents");
        foreach (var row in rows)
        {
            var (file, wanted, observed) = (row["file"], row["expected_by_origin_tests"], row["observed_libtorrent_2.0.8"]);
            var name = Path.GetFileName(file);
            var isRead = TorrentDescriptor.TryParse(File.ReadAllBytes(Path.Combine(RepositoryPaths.Corpus!, file)), out var descriptor, out var error);
            var shouldBeRead = Looser.Contains(name)
                || (!wanted.StartsWith("invalid", StringComparison.Ordinal) && observed.StartsWith("ok", StringComparison.Ordinal));
            if (isRead != shouldBeRead)
            {
                differences.Add($"{name}: {(isRead ? "read" : error)}, but origin says {wanted}, libtorrent {observed}");
                continue;
            }

            if (isRead && observed.StartsWith("ok", StringComparison.Ordinal))
            {
                var expected = $"v1={descriptor!.InfohashV1?.ToString() ?? "-"} v2={descriptor.InfohashV2?.ToString() ?? "-"}";
                if (!observed.Contains(expected, StringComparison.Ordinal))
                {
                    differences.Add($"{name}: {expected}, but libtorrent {observed}");
                }
            }
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
        TestContext.Current.SendDiagnosticMessage($"{rows.Count} torrents of the corpus were read or refused as expected.");
    }

    [Fact]
    public void Every_magnet_of_the_corpus_has_its_infohash_or_is_refused_by_name()
    {
        var rows = Corpus("magnets");
        foreach (var row in rows)
        {
            var magnet = System.Text.Json.JsonSerializer.Deserialize<string>(row["uri_json"]);
            var isRead = MagnetLink.TryParse(magnet, out var link, out var error);

            // Not magnet links by our reading: an authority in front, or an infohash alone (which has a field of its own).
            var isOurs = magnet!.StartsWith("magnet:?", StringComparison.OrdinalIgnoreCase);
            Assert.True(isRead == (row["expected"] == "valid" && isOurs), $"{row["id"]}: {(isRead ? "read" : error)}");
            if (isRead)
            {
                Assert.Equal(row["v1_hex"].Length > 0 ? row["v1_hex"] : row["v2_hex"], link!.Infohash.ToString());
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{rows.Count} magnet links of the corpus were read or refused as expected.");
    }

    [Fact]
    public void No_mutation_makes_the_reader_throw_or_take_long()
    {
        var seeds = new List<byte[]> { Torrents.File(tracker: "http://t.example/").Bytes, BrokenTorrents.WithFiles(20), BrokenTorrents.WithTrackers(20) };
        if (RepositoryPaths.Corpus is { } corpus)
        {
            seeds.AddRange(Directory.GetFiles(Path.Combine(corpus, "torrents"), "*.torrent").Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes).Where(bytes => bytes.Length < 20_000));
        }

        var random = new Random(20261122);
        var clock = Stopwatch.StartNew();
        var (tried, read) = (0, 0);
        while (clock.Elapsed < TimeSpan.FromSeconds(4))
        {
            var bytes = (byte[])seeds[random.Next(seeds.Count)].Clone();
            foreach (var _ in Enumerable.Range(0, random.Next(1, 8)))
            {
                bytes = Mutate(bytes, random);
            }

            var started = clock.Elapsed;
            read += TorrentDescriptor.TryParse(bytes, out _, out _) ? 1 : 0;
            Assert.True(clock.Elapsed - started < TimeSpan.FromSeconds(1));
            tried++;
        }

        Assert.InRange(read, 1, tried - 1);
        TestContext.Current.SendDiagnosticMessage($"{tried} mutations, {read} of them still torrents.");
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        const string Tokens = "dlie0123456789:-";
        if (bytes.Length == 0)
        {
            return [(byte)'d'];
        }

        var at = random.Next(bytes.Length);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 1:
                bytes[at] = (byte)Tokens[random.Next(Tokens.Length)];
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], (byte)Tokens[random.Next(Tokens.Length)], .. bytes[at..]];
            default:
                var end = Math.Min(bytes.Length, at + random.Next(64));
                return [.. bytes[..end], .. bytes[at..end], .. bytes[end..]];
        }
    }

    private static byte[] WithGoodInfo(byte[] torrent)
    {
        var fields = Bencode.DecodeDictionary(torrent, out _);
        fields["info"] = Bencode.Decode(Torrents.File().Info, out _);
        return Bencode.Encode(fields);
    }

    private static List<Dictionary<string, string>> Corpus(string kind)
    {
        var manifest = RepositoryPaths.Corpus is { } corpus ? Path.Combine(corpus, kind, "MANIFEST.tsv") : null;
        if (manifest is null || !File.Exists(manifest))
        {
            Assert.Skip($"The corpus of {kind} is not on this machine.");
        }

        var lines = File.ReadAllLines(manifest);
        var names = lines[0].Split('\t');
        return [.. lines.Skip(1).Select(line => names.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second))];
    }
}
