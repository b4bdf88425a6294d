// One assignment, solved by the network simplex of LEMON (Debian: liblemon-dev) as a min-cost flow.
// Reads the file of `assign`, prints the milliseconds of the solver alone and the cost.
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <chrono>
#include <cstdio>
#include <vector>

using Graph = lemon::SmartDigraph;

int main(int count, char** words) {
    std::FILE* file = count == 2 ? std::fopen(words[1], "r") : nullptr;
    int requests, teams, choices, out;
    if (!file || std::fscanf(file, "%d %d %d %d", &requests, &teams, &choices, &out) != 4) return 2;

    Graph graph;
    graph.reserveNode(requests + teams + 1);
    graph.reserveArc(choices + requests + teams);
    std::vector<Graph::Node> node(requests + teams + 1);
    for (auto& one : node) one = graph.addNode();
    const Graph::Node sink = node.back();
    Graph::ArcMap<int> upper(graph), cost(graph);
    Graph::NodeMap<int> supply(graph);
    supply[sink] = -requests;

    std::vector<int> capacity(teams);
    for (auto& one : capacity)
        if (std::fscanf(file, "%d", &one) != 1) return 2;

    for (int request = 0; request < requests; request++) {
        supply[node[request]] = 1;
        int own;
        if (std::fscanf(file, "%d", &own) != 1) return 2;
        for (int at = 0; at < own; at++) {
            int team, loss;
            if (std::fscanf(file, "%d %d", &team, &loss) != 2) return 2;
            const auto arc = graph.addArc(node[request], node[requests + team]);
            upper[arc] = 1;
            cost[arc] = loss;
        }

        const auto leave = graph.addArc(node[request], sink);
        upper[leave] = 1;
        cost[leave] = out;
    }

    // Last, as the solver likes it best.
    for (int team = 0; team < teams; team++) {
        const auto arc = graph.addArc(node[requests + team], sink);
        upper[arc] = capacity[team];
        cost[arc] = 0;
    }

    const auto start = std::chrono::steady_clock::now();
    lemon::NetworkSimplex<Graph, int, long long> simplex(graph);
    simplex.upperMap(upper).costMap(cost).supplyMap(supply);
    if (simplex.run() != lemon::NetworkSimplex<Graph, int, long long>::OPTIMAL) return 1;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::printf("%.3f %lld\n", took.count(), simplex.totalCost<long long>());
}
