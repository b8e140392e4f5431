using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EventTorrent.Architecture.Tests;

/// <summary>The arrows between the folders, as docs/architecture.md has them.</summary>
public sealed partial class Projects
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Contracts"] = [],
        ["Torrents"] = [],
        ["Media"] = [],
        ["Storage"] = ["Contracts"],
        ["Hosting"] = ["Contracts"],
        ["Sagas"] = ["Contracts", "Hosting", "Storage"],
        ["Api"] = ["Contracts", "Hosting", "Storage", "Media"],
        ["Signaling"] = ["Contracts", "Hosting"],
        ["Workers.Screenshot"] = ["Contracts", "Hosting", "Torrents", "Media"],
        ["Workers.Download"] = ["Contracts", "Hosting", "Torrents"],
        ["Workers.Transcode"] = ["Contracts", "Hosting", "Media"],
        ["AllInOne"] =
        [
            "Contracts", "Torrents", "Media", "Storage", "Hosting", "Sagas", "Api", "Signaling",
            "Workers.Screenshot", "Workers.Download", "Workers.Transcode",
        ],
    };

    private static readonly Dictionary<string, string[]> WebImports = new()
    {
        ["protocol"] = [],
        ["peer"] = ["@eventtorrent/protocol", "node-datachannel", "@microsoft/signalr"],
        ["viewer"] = ["@eventtorrent/protocol", "@microsoft/signalr", "hls.js"],
        ["app"] =
        [
            "@eventtorrent/protocol", "@eventtorrent/viewer", "react", "react-dom", "@mantine/core", "@mantine/hooks", "hls.js", "@microsoft/signalr",
        ],
    };

    private static readonly string[] RunsOnNode = ["peer"];

    [Fact]
    public void Every_project_has_a_place_in_the_table() =>
        Rule.HasNoViolations(
            "A project stands in a folder of its name, and the table of arrows knows it:",
            Repository.ProductProjects.Where(path => !Arrows.Keys.Any(name => path == $"{name}/{name}.csproj")));

    [Fact]
    public void Every_source_file_belongs_to_a_project() =>
        Rule.HasNoViolations(
            "Code outside the projects of the table:",
            Repository.ProductSources.Select(file => file.Path).Where(path => !Arrows.ContainsKey(Repository.TopFolder(path))));

    [Fact]
    public void Projects_reference_only_what_the_table_allows() =>
        Rule.HasNoViolations(
            "An arrow that the table does not have:",
            from path in Repository.ProductProjects
            let name = Repository.TopFolder(path)
            from target in References(path)
            where !Arrows.GetValueOrDefault(name, []).Contains(target)
            select $"{name} -> {target}");

    [Fact]
    public void References_are_made_to_projects_and_packages_only() =>
        Rule.HasNoViolations(
            "A reference to a file, or an import, goes round the table:",
            from path in Repository.ProductProjects
            from element in Load(path).Descendants()
            where element.Name.LocalName is "Reference" or "Import"
            select $"{path}: {element}");

    [Fact]
    public void Only_Storage_references_the_database_packages() =>
        Rule.HasNoViolations("Database packages are for Storage:", PackagesOutside("Storage", "Microsoft.EntityFrameworkCore", "Npgsql", "SQLitePCLRaw", "Microsoft.Data.Sqlite"));

    [Fact]
    public void Torrents_and_Media_know_no_messages() =>
        Rule.HasNoViolations(
            "The engine and the media code are used without a bus:",
            from path in Repository.ProductProjects
            where Repository.TopFolder(path) is "Torrents" or "Media"
            from package in Packages(path)
            where package.StartsWith("MassTransit", StringComparison.Ordinal) || package.StartsWith("RabbitMQ", StringComparison.Ordinal)
            select $"{path}: {package}");

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = File.ReadAllText(Repository.FullPath("EventTorrent.sln"));

        Rule.HasNoViolations(
            "Not in EventTorrent.sln, so that ./test.sh does not build it:",
            Repository.Projects.Where(path => !solution.Contains($"\"{path.Replace('/', '\\')}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Packages_of_Web_import_only_what_the_table_allows() =>
        Rule.HasNoViolations(
            "An import that docs/architecture.md does not have:",
            from path in Repository.Files("*.ts").Concat(Repository.Files("*.tsx"))
            let parts = path.Split('/')
            where parts is ["Web", _, "src", ..]
            from match in ImportedPackage().Matches(File.ReadAllText(Repository.FullPath(path)))
            let package = match.Groups["package"].Value
            where !package.StartsWith("node:", StringComparison.Ordinal) || !RunsOnNode.Contains(parts[1])
            where !WebImports.GetValueOrDefault(parts[1], []).Contains(package)
            select $"{path}: {package}");

    private static IEnumerable<string> PackagesOutside(string owner, params string[] prefixes) =>
        from path in Repository.ProductProjects
        where Repository.TopFolder(path) != owner
        from package in Packages(path)
        where prefixes.Any(prefix => package.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        select $"{path}: {package}";

    private static IEnumerable<string> References(string path) =>
        Items(path, "ProjectReference").Select(target => Path.GetFileNameWithoutExtension(target.Replace('\\', '/')));

    private static IEnumerable<string> Packages(string path) => Items(path, "PackageReference");

    private static IEnumerable<string> Items(string path, string kind) =>
        Load(path).Descendants(kind).Select(item => (string?)item.Attribute("Include")).OfType<string>();

    /// <summary>Without what is imported of it: the file behind the name.</summary>
    [GeneratedRegex(@"\b(from|import)\s*\(?\s*'(?<package>node:[^']+|@[^/']+/[^/']+|[^./'][^/']*)[^']*'")]
    private static partial Regex ImportedPackage();

    private static XDocument Load(string path) => XDocument.Load(Repository.FullPath(path));
}
