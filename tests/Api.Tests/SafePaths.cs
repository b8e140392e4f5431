using EventTorrent.Hosting;

namespace EventTorrent.Api.Tests;

public sealed class SafePaths
{
    [Fact]
    public void Our_own_names_are_joined()
    {
        Assert.Equal("/data/screenshots/0/7.jpg", SafePath.Join("/data/../data", "screenshots", "0", "7.jpg"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/etc")]
    [InlineData("C:")]
    [InlineData("a\0")]
    [InlineData("a b")]
    [InlineData("Upper")]
    [InlineData("ｅ")]
    [InlineData("video\u202e4pm")]
    public void Any_other_name_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => SafePath.Join("/data", name));
    }
}
