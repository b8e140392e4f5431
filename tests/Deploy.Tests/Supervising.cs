using System.Text.RegularExpressions;
using EventTorrent.TestKit;

namespace EventTorrent.Deploy.Tests;

/// <summary>deploy/systemd against systemd's own check, the programs and the code's options.</summary>
public sealed partial class Supervising
{
    private static readonly TimeSpan CheckDeadline = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Units => [.. RepositoryFile.Names(UnitFile.Folder, "*.service")];

    public static TheoryData<string> Settings => [.. RepositoryFile.Names($"{UnitFile.Folder}/etc", "*.env")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Units))]
    public void A_unit_runs_a_program_of_ours(string unit)
    {
        var start = Program().Match(new UnitFile(unit).Last("ExecStart")!);

        Assert.True(start.Success);
        Assert.True(
            start.Groups["node"].Success
                ? File.Exists(RepositoryFile.PathOf("Web/peer/src/main.ts"))
                : start.Groups["project"].Value == start.Groups["folder"].Value && File.Exists(RepositoryFile.PathOf($"{start.Groups["project"].Value}/Program.cs")));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void A_unit_is_no_root_and_can_gain_no_right(string unit)
    {
        var file = new UnitFile(unit);

        Assert.True(file.Last("DynamicUser") == "yes" || file.Last("User") is { } user && RepositoryFile.Read($"{UnitFile.Folder}/sysusers.conf").Contains($"u {user} ", StringComparison.Ordinal));
        foreach (var key in new[] { "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelModules", "ProtectKernelTunables", "RestrictSUIDSGID", "LockPersonality" })
        {
            Assert.Equal("yes", file.Last(key));
        }

        Assert.Equal("strict", file.Last("ProtectSystem"));
        Assert.Equal("", file.Last("CapabilityBoundingSet"));
        Assert.Contains("@system-service", file.Last("SystemCallFilter"), StringComparison.Ordinal);
        Assert.Matches(@"^\d+[MG]$", file.Last("MemoryMax"));
        Assert.Matches(@"^\d+$", file.Last("TasksMax"));
    }

    /// <summary>Of these keys all values count together.</summary>
    [Theory]
    [MemberData(nameof(Units))]
    public void What_a_unit_says_itself_is_not_taken_back_for_all(string unit) =>
        Assert.Empty(new UnitFile(unit).Overridden.Except(["Environment", "SystemCallFilter"]));

    [Theory]
    [MemberData(nameof(Units))]
    public void Only_units_that_jail_ffmpeg_may_make_namespaces_and_only_the_doors_files_are_for_others(string unit)
    {
        var file = new UnitFile(unit);
        var jails = unit is "eventtorrent-api.service" or "eventtorrent-worker-screenshot@.service" or "eventtorrent-worker-transcode.service";

        Assert.Equal(jails ? "no" : "yes", file.Last("RestrictNamespaces"));
        Assert.Equal(jails, file.All("SystemCallFilter").Contains("@system-service @mount"));
        Assert.Equal(unit == "eventtorrent-api.service" ? "0022" : "0027", file.Last("UMask"));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void A_unit_is_started_again_for_ever_unless_its_configuration_is_wrong(string unit)
    {
        var file = new UnitFile(unit);

        Assert.Equal(("always", "2", "0"), (file.Last("Restart"), file.Last("RestartPreventExitStatus"), file.Last("StartLimitIntervalSec")));
        Assert.Equal("20", file.Last("TimeoutStopSec"));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Every_variable_of_a_unit_is_read_by_its_program(string unit)
    {
        var file = new UnitFile(unit);
        var start = Program().Match(file.Last("ExecStart")!);
        var project = start.Groups["node"].Success ? OptionKeys.Peer : start.Groups["project"].Value;

        Assert.All(
            file.All("Environment").Select(variable => variable.Split('=')[0]).Except(["ASPNETCORE_URLS", "DOTNET_EnableDiagnostics"]),
            variable => Assert.True(OptionKeys.Knows(variable, project), variable));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_of_an_example_is_an_option(string file)
    {
        var variables = Variable().Matches(RepositoryFile.Read($"{UnitFile.Folder}/etc/{file}")).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(variables);
        Assert.All(variables, variable => Assert.True(OptionKeys.Knows(variable), variable));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void A_file_of_settings_that_a_unit_needs_has_an_example(string unit) => Assert.All(
        new UnitFile(unit).All("EnvironmentFile").Where(path => !path.StartsWith('-')),
        path => Assert.Contains(Path.GetFileName(path), RepositoryFile.Names($"{UnitFile.Folder}/etc", "*.env")));

    [Fact]
    public void The_target_wants_every_unit() => Assert.All(
        RepositoryFile.Names(UnitFile.Folder, "*.service").Select(unit => unit.Replace("@.", "@01.", StringComparison.Ordinal)),
        unit => Assert.Contains(unit, RepositoryFile.Read($"{UnitFile.Folder}/eventtorrent.target"), StringComparison.Ordinal));

    [Fact]
    public async Task Systemd_finds_nothing_wrong()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed.");
        await using var folder = new TempDirectory();
        Directory.CreateDirectory(folder["eventtorrent-.service.d"]);
        var source = RepositoryFile.PathOf(UnitFile.Folder);
        File.Copy(Path.Combine(source, "eventtorrent-.service.d", "hardening.conf"), folder["eventtorrent-.service.d/hardening.conf"]);
        var units = RepositoryFile.Names(UnitFile.Folder, "*.service").Append("eventtorrent.target").ToList();
        foreach (var unit in units)
        {
            // The programs are not installed here; that a program exists is asked above.
            var text = Executable().Replace(await File.ReadAllTextAsync(Path.Combine(source, unit), Cancellation), "ExecStart=/bin/true ");
            await File.WriteAllTextAsync(folder[unit], text, Cancellation);
        }

        await using var check = await ToolProcess.StartAsync(
            "/usr/bin/systemd-analyze", ["verify", "--recursive-errors=no", .. units.Select(unit => folder[unit])], folder.FullPath,
            new Dictionary<string, string> { ["SYSTEMD_UNIT_PATH"] = folder.FullPath + ":" });
        var code = await check.WaitForExitAsync(CheckDeadline, Cancellation);

        Assert.True(code == 0 && !check.Output.Contains(folder.FullPath, StringComparison.Ordinal), check.Output);
    }

    [GeneratedRegex(@"^/usr/bin/(dotnet /opt/eventtorrent/(?<folder>[\w.]+)/EventTorrent\.(?<project>[\w.]+)\.dll|(?<node>node) /opt/eventtorrent/peer/peer/dist/src/main\.js)$")]
    private static partial Regex Program();

    [GeneratedRegex(@"^#?(\w+__\w+|EVENTTORRENT_\w+)=", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"ExecStart=\S+ ")]
    private static partial Regex Executable();
}
