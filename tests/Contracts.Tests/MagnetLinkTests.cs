namespace EventTorrent.Contracts.Tests;

public sealed class MagnetLinkTests
{
    private const string V1 = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
    private const string V2 = "caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e";

    [Fact]
    public void Keeps_what_we_use()
    {
        Assert.True(MagnetLink.TryParse(
            $"magnet:?xt=urn:btih:{V1}&dn=Big+Buck%20Bunny&tr=udp%3A%2F%2Ftracker.example%3A1337&tr.1=https://t.example/announce"
            + "&tr=udp%3A%2F%2Ftracker.example%3A1337&tr=wss://no.example&x.pe=127.0.0.1:6881&x.pe=[::1]:6881&x.pe=host.example:6881"
            + "&ws=http://10.0.0.1/&xs=http://169.254.169.254/&as=http://localhost/",
            out var magnet, out _));

        Assert.Equal(V1, magnet.Infohash.ToString());
        Assert.Equal("Big Buck Bunny", magnet.DisplayName);
        Assert.Equal(["udp://tracker.example:1337", "https://t.example/announce"], magnet.Trackers);
        Assert.Equal(["127.0.0.1:6881", "[::1]:6881"], magnet.Peers);
    }

    [Fact]
    public void Takes_the_v1_infohash_of_a_hybrid()
    {
        Assert.True(MagnetLink.TryParse($"magnet:?xt=urn:btmh:1220{V2}&xt=urn:btih:{V1}", out var magnet, out _));

        Assert.Equal(V1, magnet.Infohash.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("http://example.org/")]
    [InlineData("magnet:?")]
    [InlineData("magnet:?dn=x")]
    [InlineData("magnet:?xt=urn:btih:123")]
    [InlineData("magnet:?xt=urn:sha1:" + V1)]
    [InlineData("magnet:?xt=urn:btmh:1220" + V1)]
    [InlineData("magnet:?xt=urn:btih:" + V1 + "&dn=%zz")]
    [InlineData("magnet:?xt=urn:btih:" + V1 + "&dn=%e")]
    [InlineData("magnet:?xt=urn:btih:" + V1 + "&xt=urn:btih:0000000000000000000000000000000000000000")]
    public void Refuses_what_is_none_with_a_sentence(string? text)
    {
        Assert.False(MagnetLink.TryParse(text, out _, out var error));

        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_long_one_without_reading_it() =>
        Assert.False(MagnetLink.TryParse($"magnet:?xt=urn:btih:{V1}&dn={new string('x', 1_000_000)}", out _, out _));

    [Fact]
    public void Bounds_the_lists()
    {
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => $"&tr=http://t{i}.example/&x.pe=1.2.3.4:{i + 1}"));

        Assert.True(MagnetLink.TryParse($"magnet:?xt=urn:btih:{V1}{many}", out var magnet, out _));

        Assert.Equal((MagnetLink.MaxTrackers, MagnetLink.MaxPeers), (magnet.Trackers.Count, magnet.Peers.Count));
    }
}
