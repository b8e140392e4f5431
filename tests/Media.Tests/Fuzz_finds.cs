using EventTorrent.Media.Tests.Support;
using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests;

/// <summary>Small files that once broke a reader: tests/fuzz found them.</summary>
public sealed class Fuzz_finds
{
    [Fact]
    public async Task No_find_breaks_a_reader_again()
    {
        var files = Directory.GetFiles(Path.Join(RepositoryPaths.Root, "tests", "fuzz", "finds"), "*.bin");

        var broken = new List<string>();
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var failure = await Record.ExceptionAsync(() => UntrustedFile.ReadAsync(bytes, TestContext.Current.CancellationToken))
                ?? await Record.ExceptionAsync(() => UntrustedRequest.ReadAsync(bytes));
            if (failure is not null)
                broken.Add($"{Path.GetFileName(file)}: {failure}");
        }

        Assert.NotEmpty(files);
        Assert.Empty(broken);
    }
}
