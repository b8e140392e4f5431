using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace EventTorrent.Deploy.Tests;

/// <summary>deploy/prometheus against where the processes show their metrics.</summary>
public sealed partial class Scraping
{
    private const string Address = "Metrics__Address";
    private const int Port = 9464;
    private const string EveryAddress = "0.0.0.0";

    private static readonly string Url = string.Create(CultureInfo.InvariantCulture, $"http://{EveryAddress}:{Port}");

    private static readonly IReadOnlyList<ComposeService> Services = [.. ComposeService.All.Where(service => service.IsOurs && !service.IsOneOff)];

    [Fact]
    public void In_containers_every_process_has_them_at_one_port_that_is_not_published() => Assert.All(Services, service =>
    {
        Assert.Equal(
            Url,
            service.Name == "peer"
                ? $"http://{service.Environment["EVENTTORRENT_PEER_METRICS_ADDRESS"]}:{service.Environment["EVENTTORRENT_PEER_METRICS_PORT"]}"
                : service.Environment[Address]);
        Assert.DoesNotContain(service.Node.Texts("ports"), port => port.EndsWith($":{Text(Port)}", StringComparison.Ordinal));
    });

    [Fact]
    public void Prometheus_looks_for_every_service_by_its_name_from_networks_that_hold_all_of_them()
    {
        var text = RepositoryFile.Read("deploy/prometheus/containers.yaml");
        var search = Job("containers.yaml").Map("dns_sd_configs", 0);

        Assert.Equal(Services.Select(service => service.Name).Order(StringComparer.Ordinal), search.Texts("names"));
        Assert.Equal(("A", Text(Port)), (search.Text("type"), search.Text("port")));
        var project = YamlDocument.Read(RepositoryFile.Read("compose.yaml")).Text("name");
        var networks = Network().Matches(text).Select(match => match.Groups["name"].Value).ToList();
        Assert.All(networks, network => Assert.StartsWith($"{project}_", network, StringComparison.Ordinal));
        Assert.All(Services, service => Assert.NotEmpty(service.Node.Texts("networks").Intersect(networks.Select(network => network[(project!.Length + 1)..]))));
    }

    [Fact]
    public void In_a_cluster_every_pod_has_them_at_a_port_of_that_name_to_which_no_service_leads()
    {
        var rule = Job("kubernetes.yaml").Map("relabel_configs", 0);

        Assert.Equal(("metrics", "keep"), (rule.Text("regex"), rule.Text("action")));
        Assert.Equal(Url, Assert.Single(KubernetesBase.All<V1ConfigMap>()).Data[Address]);
        Assert.All(KubernetesBase.All<V1Deployment>(), deployment =>
        {
            var container = Assert.Single(deployment.Spec.Template.Spec.Containers);
            Assert.Equal(Port, Assert.Single(container.Ports, port => port.Name == "metrics").ContainerPort);
            Assert.Equal(deployment.Metadata.Name, deployment.Spec.Template.Metadata.Labels["app.kubernetes.io/name"]);
            if (deployment.Metadata.Name == "peer")
            {
                Assert.Equal(EveryAddress, Assert.Single(container.Env, variable => variable.Name == "EVENTTORRENT_PEER_METRICS_ADDRESS").Value);
            }
        });
        Assert.All(KubernetesBase.All<V1Service>().SelectMany(service => service.Spec.Ports), port => Assert.Equal("http", port.TargetPort.Value));
        Assert.Equal(Text(Port), Assert.Single(Assert.Single(Assert.Single(KubernetesBase.All<V1NetworkPolicy>()).Spec.Ingress).Ports).Port.Value);
    }

    [Fact]
    public void On_a_machine_it_asks_where_the_units_listen()
    {
        var targets = Target().Matches(RepositoryFile.Read("deploy/prometheus/prometheus.yaml")).ToDictionary(match => match.Groups["process"].Value, match => match.Groups["address"].Value);

        foreach (var unit in RepositoryFile.Names(UnitFile.Folder, "*.service"))
        {
            var process = unit["eventtorrent-".Length..].Split('.', '@')[0];
            var environment = new UnitFile(unit).All("Environment").ToList();
            // Of several of a kind the file names the first, "@01".
            var address = process == "peer"
                ? $"127.0.0.1:{ValueOf("EVENTTORRENT_PEER_METRICS_PORT")}"
                : new Uri(ValueOf("ASPNETCORE_URLS").Replace("%i", "01", StringComparison.Ordinal)).Authority;
            Assert.True(targets[process] == address, $"{unit}: {address}, and {targets[process]} is asked");

            string ValueOf(string name) => environment.Single(line => line.StartsWith(name + "=", StringComparison.Ordinal)).Split('=', 2)[1];
        }
    }

    [Theory]
    [InlineData("prometheus.yaml")]
    [InlineData("containers.yaml")]
    [InlineData("kubernetes.yaml")]
    public void The_alert_rules_know_the_job_and_every_file_names_them(string file)
    {
        Assert.Equal("eventtorrent", Job(file).Text("job_name"));
        Assert.Equal(["alerts.yaml"], YamlDocument.Read(RepositoryFile.Read($"deploy/prometheus/{file}")).Texts("rule_files"));
        Assert.Contains("job=\"eventtorrent\"", RepositoryFile.Read("deploy/prometheus/alerts.yaml"), StringComparison.Ordinal);
    }

    /// <summary>Of two labels of one name Prometheus takes its own, and whoever asks for ours finds nothing.</summary>
    [Theory]
    [InlineData("prometheus.yaml")]
    [InlineData("containers.yaml")]
    [InlineData("kubernetes.yaml")]
    public void The_label_that_a_file_adds_is_the_one_that_is_asked_for_and_none_of_a_metric(string file)
    {
        var ours = MetricRow().Matches(RepositoryFile.Read("docs/observability.md")).SelectMany(row => row.Groups["labels"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        var added = AddedLabel().Matches(RepositoryFile.Read($"deploy/prometheus/{file}")).Select(match => match.Groups["label"].Value).Distinct();

        Assert.Contains("kind", ours);
        Assert.Equal("process", Assert.Single(added));
        Assert.DoesNotContain("process", ours);
        Assert.Contains("by (instance, process)", RepositoryFile.Read("deploy/prometheus/alerts.yaml"), StringComparison.Ordinal);
        Assert.Contains("by (process, instance)", RepositoryFile.Read("deploy/grafana/eventtorrent.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_health_of_the_node_is_asked_where_its_metrics_are() => Assert.Contains(
        $"http://127.0.0.1:{Text(Port)}/metrics", Services.Single(service => service.Name == "peer").Node.Map("healthcheck").Texts("test")[^1], StringComparison.Ordinal);

    private static Dictionary<string, object> Job(string file) => YamlDocument.Read(RepositoryFile.Read($"deploy/prometheus/{file}")).Map("scrape_configs", 0);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| `[a-z_]+` \| (?<labels>[a-z, ]*) \|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"target_label: (?<label>\w+)|labels: \{ (?<label>\w+): ")]
    private static partial Regex AddedLabel();

    [GeneratedRegex(@"network (connect )?(?<name>eventtorrent_\w+)")]
    private static partial Regex Network();

    [GeneratedRegex(@"targets: \[""(?<address>[\d.:]+)""\].*\n\s+labels: \{ process: (?<process>[\w-]+) \}")]
    private static partial Regex Target();
}
