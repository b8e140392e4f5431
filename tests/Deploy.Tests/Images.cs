using System.Text.RegularExpressions;

namespace EventTorrent.Deploy.Tests;

/// <summary>deploy/Dockerfile, .dockerignore, and who names the images.</summary>
public sealed partial class Images
{
    /// <summary>What the images stand on, and what others bring.</summary>
    private static readonly string[] ForeignImages =
    [
        "coturn/coturn:4.6", "mcr.microsoft.com/dotnet/aspnet:10.0-noble", "mcr.microsoft.com/dotnet/sdk:10.0-noble", "node:22", "node:22-slim",
        "postgres:17", "rabbitmq:4-management",
    ];

    private static readonly string Version = ProjectVersion().Match(RepositoryFile.Read("Directory.Build.props")).Groups[1].Value;

    public static TheoryData<string> Ours => [.. ComposeService.All.Where(service => service.IsOurs).Select(service => service.Name)];

    [Fact]
    public void Images_of_others_are_known_and_have_a_version() => Assert.Equal(
        ForeignImages,
        ComposeService.All.Where(service => !service.IsOurs).Select(service => service.Image)
            .Concat(ImageFile.Stages.Values.Where(stage => stage.Parent is null).Select(stage => stage.Source))
            .Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ours))]
    public void An_image_of_ours_has_the_name_and_the_version_of_what_is_in_it(string name)
    {
        var service = ComposeService.All.Single(service => service.Name == name);
        var build = service.Node.Map("build");

        Assert.Equal($"eventtorrent/{name}:{Version}", service.Image);
        Assert.Equal((name, ImageFile.Path, "."), (build.Text("target"), build.Text("dockerfile"), build.Text("context")));
        Assert.Contains(name, ImageFile.Stages.Keys);
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void An_image_runs_a_program_that_was_put_into_it_as_the_user_of_its_service(string name)
    {
        var stage = ImageFile.Stages[name];
        var user = ComposeService.All.Single(service => service.Name == name).Node.Text("user");

        Assert.Equal(user, stage.Arguments("USER").Last().Replace("$APP_UID", "1654:1654", StringComparison.Ordinal));
        var program = EntryPoint().Match(Assert.Single(stage.Arguments("ENTRYPOINT")));
        Assert.True(program.Success);
        if (program.Groups["project"] is { Success: true } project)
        {
            Assert.Contains($"--from=build{(name == "e2e" ? "-e2e" : "")} /out/{project.Value} .", stage.Arguments("COPY"));
            Assert.Contains(
                Project().Matches(string.Join('\n', ImageFile.Stages["build-e2e"].All)).SelectMany(match => match.Groups["names"].Value.Split(' ')),
                built => built == project.Value);
        }
        else
        {
            Assert.Contains($"--chmod=755 deploy/containers/{program.Groups["script"].Value} /usr/local/bin/", stage.Arguments("COPY"));
        }
    }

    /// <summary>8080 is where ASP.NET Core listens in the images of Microsoft.</summary>
    [Fact]
    public void An_image_is_asked_for_its_readiness_where_it_listens()
    {
        var port = Assert.Single(ImageFile.Stages["runtime"].Arguments("EXPOSE"));

        Assert.Contains($"${{1:-{port}}}", RepositoryFile.Read("deploy/containers/is-ready"), StringComparison.Ordinal);
        Assert.All(ImageFile.Stages.Values, stage => Assert.All(stage.Arguments("EXPOSE"), exposed => Assert.Equal(port, exposed)));
    }

    [Fact]
    public void What_an_image_sets_in_its_environment_is_read_by_its_program() => Assert.All(
        ImageFile.Stages.Values.SelectMany(stage => stage.Arguments("ENV")).SelectMany(line => line.Split(' ')).Select(pair => pair.Split('=')[0]),
        variable => Assert.True(variable is "DOTNET_EnableDiagnostics" or "NODE_ENV" || OptionKeys.Knows(variable), variable));

    [Fact]
    public void Every_program_of_the_product_is_in_an_image()
    {
        var built = Project().Match(string.Join('\n', ImageFile.Stages["build"].Own)).Groups["names"].Value.Split(' ');

        Assert.Equal(["Api", "Sagas", "Signaling", "Workers.Download", "Workers.Screenshot", "Workers.Transcode"], built.Order(StringComparer.Ordinal));
        Assert.All(built, name => Assert.True(File.Exists(RepositoryFile.PathOf($"{name}/Program.cs")), name));
    }

    [Fact]
    public void What_is_copied_exists_and_is_not_kept_out_of_the_build()
    {
        var kept = RepositoryFile.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var copied = ImageFile.Stages.Values.SelectMany(stage => stage.Own)
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1])
            .Where(path => !path.StartsWith("--", StringComparison.Ordinal) && path != ".")
            .ToList();

        Assert.NotEmpty(copied);
        Assert.All(copied, path =>
        {
            Assert.True(Path.Exists(RepositoryFile.PathOf(path)), path);
            Assert.Contains(kept, folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal));
        });
        Assert.All(kept, path => Assert.True(Path.Exists(RepositoryFile.PathOf(path)), path));
    }

    [Fact]
    public void Nothing_but_what_is_named_goes_into_a_build()
    {
        var lines = RepositoryFile.Read(".dockerignore").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).ToList();

        Assert.Equal("*", lines[0]);
        Assert.Equal(["**/bin", "**/obj", "**/node_modules", "**/dist", "Web/app/page"], lines.Skip(1).Where(line => !line.StartsWith('!')));
        Assert.DoesNotContain(lines, line => line.StartsWith("!.env", StringComparison.Ordinal) || line is "!data" or "!.git");
    }

    [Fact]
    public void Package_lists_do_not_stay_in_a_layer() => Assert.All(
        ImageFile.Stages.Values.SelectMany(stage => stage.Own).Where(line => line.Contains("apt-get install", StringComparison.Ordinal)),
        line =>
        {
            Assert.Contains("--no-install-recommends", line, StringComparison.Ordinal);
            Assert.EndsWith("rm -rf /var/lib/apt/lists/*", line, StringComparison.Ordinal);
        });

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex ProjectVersion();

    [GeneratedRegex(@"^\[(""dotnet"", ""EventTorrent\.(?<project>[\w.]+)\.dll""|""(?<script>[\w-]+)"")\]$")]
    private static partial Regex EntryPoint();

    [GeneratedRegex(@"(for name in (?<names>[\w. ]+);|dotnet publish tests/(?<names>\w+)/)")]
    private static partial Regex Project();
}
