[assembly: AssemblyFixture(typeof(EventTorrent.TestKit.SharedServers))]
