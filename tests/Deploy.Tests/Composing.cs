using System.Text.RegularExpressions;

namespace EventTorrent.Deploy.Tests;

/// <summary>compose.yaml, .env.example and the code, against each other.</summary>
public sealed partial class Composing
{
    /// <summary>Read by the images of others, or by the scripts of ours.</summary>
    private static readonly string[] OtherVariables =
        ["RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "NODE_KEY", "EVENTTORRENT_KEY"];

    /// <summary>Of AMQP, where RabbitMQ listens unless it is told otherwise.</summary>
    private const string BrokerPort = "5672";

    private static readonly string Text = RepositoryFile.Read("compose.yaml");

    public static TheoryData<string> Names => [.. ComposeService.All.Select(service => service.Name)];

    [Fact]
    public void Every_part_of_the_system_is_a_service() => Assert.Equal(
        ["api", "broker", "coturn", "database", "e2e", "peer", "sagas", "signaling", "worker-download", "worker-screenshot", "worker-transcode"],
        ComposeService.All.Select(service => service.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_can_gain_no_right_and_fill_no_disk(string name)
    {
        var service = Of(name).Node;

        Assert.Equal("true", service.Text("init"));
        Assert.Equal("true", service.Text("read_only"));
        Assert.Equal(["ALL"], service.Texts("cap_drop"));
        Assert.Equal(["no-new-privileges:true"], service.Texts("security_opt"));
        Assert.NotNull(service.Text("user"));
        Assert.DoesNotMatch("^(0|root)(:|$)", service.Text("user"));
        Assert.False(service.ContainsKey("privileged") || service.ContainsKey("cap_add") || service.ContainsKey("network_mode") || service.ContainsKey("pid"));
        Assert.NotEmpty(service.Texts("tmpfs"));
        Assert.All(service.Texts("tmpfs"), mount => Assert.Contains("size=", mount, StringComparison.Ordinal));
        Assert.Contains("max-size", service.Map("logging").Map("options").Keys);
        var limits = service.Map("deploy").Map("resources").Map("limits");
        Assert.Matches(@"^(\$\{\w+:-)?\d+[mg]\}?$", limits.Text("memory"));
        Assert.Matches(@"^\d+$", limits.Text("pids"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_says_how_it_is_and_is_started_again(string name)
    {
        var service = Of(name);

        Assert.Equal(service.IsOneOff ? "no" : "unless-stopped", service.Node.Text("restart"));
        if (!service.IsOneOff)
        {
            Assert.Equal("CMD", service.Node.Map("healthcheck").Texts("test")[0]);
        }

        Assert.Matches("^[2-6]0s$", service.Node.Text("stop_grace_period"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_waits_for_the_health_of_services_that_exist(string name)
    {
        if (!Of(name).Node.TryGetValue("depends_on", out var waits))
        {
            return;
        }

        Assert.All((Dictionary<string, object>)waits, wait =>
        {
            Assert.False(Of(wait.Key).IsOneOff);
            Assert.Equal("service_healthy", ((Dictionary<string, object>)wait.Value).Text("condition"));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_variable_of_a_service_is_read_by_its_program(string name) => Assert.All(
        Of(name).Environment.Keys, variable => Assert.True(OtherVariables.Contains(variable) || OptionKeys.Knows(variable, ImageFile.ProjectOf(name)), variable));

    [Fact]
    public void The_codes_options_are_found()
    {
        Assert.True(OptionKeys.Count > 60, $"{OptionKeys.Count} options");
        Assert.True(OptionKeys.Knows("Signaling__IceServers__0"));
        Assert.True(OptionKeys.Knows("EVENTTORRENT_PEER_UDP_PORTS"));
        Assert.False(OptionKeys.Knows("Signaling__IceServers"));
        Assert.False(OptionKeys.Knows("Bus__Adress"));
        Assert.False(OptionKeys.Knows("EVENTTORRENT_PEER_UDP_PORT"));
        Assert.True(OptionKeys.Knows("Bus__Address", "Workers.Screenshot") && OptionKeys.Knows("Screenshots__Slots", "Workers.Screenshot"));
        Assert.False(OptionKeys.Knows("Screenshots__Slots", "Workers.Download") || OptionKeys.Knows("Bus__Address", OptionKeys.Peer) || OptionKeys.Knows("EVENTTORRENT_PEER_ROOT", "Api"));
    }

    [Fact]
    public void The_settings_file_has_every_variable_and_no_other()
    {
        var asked = Variable().Matches(Text).Select(match => match.Groups["name"].Value).ToHashSet();

        Assert.Equal(asked.Order(StringComparer.Ordinal), Settings().Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>What the page tells people to set is read by somebody.</summary>
    [Fact]
    public void Variables_that_the_page_names_are_in_the_settings_file()
    {
        var page = RepositoryFile.Read("docs/operations.md");
        var section = page[page.IndexOf("\n## Containers", StringComparison.Ordinal)..page.IndexOf("\n## Kubernetes", StringComparison.Ordinal)];
        var named = NamedVariable().Matches(section).Select(match => match.Groups["name"].Value).ToHashSet();

        Assert.Contains("ADMIN_KEY", named);
        Assert.Subset(Settings().Keys.ToHashSet(), named);
    }

    /// <summary>A name is found only by who is in a network with its service, and a port only where the program listens.</summary>
    [Fact]
    public void An_address_within_leads_to_a_service_of_a_common_network_at_its_port()
    {
        var addresses = (
            from service in ComposeService.All
            from text in service.Environment.Values.Select(value => $"{value}").Concat(service.Node.Texts("command"))
            from Match address in InnerAddress().Matches(text)
            select (From: service, To: Of(address.Groups["host"].Value), Port: address.Groups["port"].Value)).ToList();

        Assert.Equal(["api", "broker", "signaling"], addresses.Select(address => address.To.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(addresses, address =>
        {
            Assert.NotEmpty(address.From.Node.Texts("networks").Intersect(address.To.Node.Texts("networks")));
            Assert.Equal(address.To.IsOurs ? ImageFile.Stages[address.To.Name].Arguments("EXPOSE").Single() : BrokerPort, address.Port);
        });
    }

    [Fact]
    public void A_secret_has_no_default_and_all_else_has_the_one_of_the_settings_file()
    {
        var settings = Settings();

        Assert.All(Variable().Matches(Text), match =>
        {
            var name = match.Groups["name"].Value;
            if (settings[name].Length == 0)
            {
                Assert.Equal(":?set it in .env", match.Groups["rest"].Value);
            }
            else
            {
                Assert.Equal(":-" + settings[name], match.Groups["rest"].Value);
            }
        });
        Assert.Equal(["ADMIN_KEY", "BROKER_PASSWORD", "DATABASE_PASSWORD", "NODE_KEY", "TURN_SECRET"], settings.Where(setting => setting.Value.Length == 0).Select(setting => setting.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_secret_stands_in_the_file() => Assert.All(
        ComposeService.All.SelectMany(service => service.Environment).Where(variable => SecretName().IsMatch(variable.Key)),
        variable => Assert.Contains(":?set it in .env}", (string)variable.Value, StringComparison.Ordinal));

    [Fact]
    public void Ports_are_opened_on_addresses_that_are_this_machine_alone_by_default()
    {
        var settings = Settings();
        var ports = ComposeService.All.SelectMany(service => service.Node.Texts("ports")).ToList();

        Assert.Equal(6, ports.Count);
        Assert.All(ports, port =>
        {
            var address = BoundAddress().Match(port);
            Assert.True(address.Success, port);
            Assert.Equal("127.0.0.1", settings[address.Groups["name"].Value]);
        });
    }

    [Theory]
    [InlineData("api", "8080")]
    [InlineData("signaling", "8080")]
    [InlineData("broker", "15672")]
    public void A_port_leads_to_where_the_program_listens(string name, string port)
    {
        Assert.EndsWith($":{port}", Assert.Single(Of(name).Node.Texts("ports")), StringComparison.Ordinal);
        if (Of(name).IsOurs)
        {
            Assert.Contains(port, ImageFile.Stages[name].Arguments("EXPOSE"));
        }
    }

    [Fact]
    public void The_relays_ports_are_those_that_are_opened()
    {
        var relay = Of("coturn").Node;

        Assert.Contains("--min-port=${TURN_MIN_PORT:-49160}", relay.Texts("command"));
        Assert.Contains("--max-port=${TURN_MAX_PORT:-49179}", relay.Texts("command"));
        Assert.Contains(relay.Texts("ports"), port => port.EndsWith("-${TURN_MAX_PORT:-49179}:${TURN_MIN_PORT:-49160}-${TURN_MAX_PORT:-49179}/udp", StringComparison.Ordinal));
        Assert.Contains("listening-port=3478", RepositoryFile.Read("deploy/coturn/turnserver.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_can_be_many() => Assert.All(
        ComposeService.All.Where(service => service.Name.StartsWith("worker-", StringComparison.Ordinal)),
        service => Assert.False(service.Node.ContainsKey("ports") || service.Node.ContainsKey("container_name") || service.Node.ContainsKey("hostname")));

    [Fact]
    public void What_needs_no_network_beyond_has_none()
    {
        var networks = YamlDocument.Read(Text).Map("networks");

        Assert.Equal("true", networks.Map("bus").Text("internal"));
        Assert.Equal("true", networks.Map("database").Text("internal"));
        Assert.Equal(
            ["database", "sagas", "worker-transcode"],
            ComposeService.All.Where(service => !service.Node.Texts("networks").Contains("outside")).Select(service => service.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["api", "database", "sagas"],
            ComposeService.All.Where(service => service.Node.Texts("networks").Contains("database")).Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_node_and_the_proof_only_read_the_volume()
    {
        Assert.Contains("volume:/volume:ro", Of("peer").Node.Texts("volumes"));
        Assert.Contains("tickets:/tickets:ro", Of("peer").Node.Texts("volumes"));
        Assert.Contains("volume:/volume:ro", Of("e2e").Node.Texts("volumes"));
    }

    [Fact]
    public void Mounted_files_exist() => Assert.All(
        ComposeService.All.SelectMany(service => service.Node.Texts("volumes")).Where(volume => volume.StartsWith("./", StringComparison.Ordinal)),
        volume => Assert.True(File.Exists(RepositoryFile.PathOf(volume.Split(':')[0])), volume));

    private static ComposeService Of(string name) => ComposeService.All.Single(service => service.Name == name);

    private static Dictionary<string, string> Settings() => RepositoryFile.Read(".env.example").Split('\n')
        .Where(line => line.Length > 0 && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<rest>[^}]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\$\{(?<name>(TURN_)?BIND_ADDRESS):-127\.0\.0\.1\}:")]
    private static partial Regex BoundAddress();

    [GeneratedRegex(@"`(?<name>[A-Z]+(_[A-Z]+)+)(=[^`]*)?`|^    (?<name>[A-Z]+(_[A-Z]+)+)=", RegexOptions.Multiline)]
    private static partial Regex NamedVariable();

    [GeneratedRegex(@"://([^@/]*@)?(?<host>[a-z][a-z-]*):(?<port>\d+)")]
    private static partial Regex InnerAddress();

    [GeneratedRegex("PASS|SECRET|KEY$|AdminKey|NodeKeys|TurnSecret|Bus__Address|ConnectionString")]
    private static partial Regex SecretName();
}
