using EventTorrent.TestKit;

namespace EventTorrent.Fuzz;

/// <summary>
/// Structured mutations of small files, one container after the other: a minute each, or as long as the variable says. What
/// is found goes to artifacts/fuzz as a small file; once the fault is known it moves to tests/fuzz/finds, where Media.Tests
/// reads it ever after.
/// </summary>
public sealed class Fuzzing
{
    private const string SecondsVariable = "EVENTTORRENT_FUZZ_SECONDS";
    private const string SeedVariable = "EVENTTORRENT_FUZZ_SEED";

    /// <summary>One reader by name; all of them without it.</summary>
    private const string TargetVariable = "EVENTTORRENT_FUZZ_TARGET";

    private const int DefaultSeconds = 60;
    private const int DefaultSeed = 20261125;

    public static TheoryData<string> Targets =>
        [.. FuzzTargets.Names.Where(name => Environment.GetEnvironmentVariable(TargetVariable) is not { Length: > 0 } only || only == name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_reader_stands_any_file(string name)
    {
        var target = await FuzzTargets.MakeAsync(name, TestContext.Current.CancellationToken);
        var fuzzer = new Fuzzer(target, Setting(SeedVariable, DefaultSeed));

        var finds = await fuzzer.RunAsync(
            TimeSpan.FromSeconds(Setting(SecondsVariable, DefaultSeconds)), Environment.ProcessorCount, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {fuzzer.Runs} files");
        var folder = Path.Join(RepositoryPaths.Root, "artifacts", "fuzz");
        Assert.True(finds.Count == 0, string.Join('\n', finds.Select(find => $"{find.Save(folder, name)}: {find.Kind}\n{find.Message}")));
    }

    private static int Setting(string name, int value) => int.TryParse(Environment.GetEnvironmentVariable(name), out var set) ? set : value;
}
