// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/server/fault_proxy.hpp"

#include "server/fault_relay.hpp"

#include "huggingface_hub/errors.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server {

using detail::FaultAction;
using detail::FaultScope;
using detail::FaultState;

Fault::Fault(std::shared_ptr<FaultState> state, std::shared_ptr<detail::Relay> relay)
    : state_(std::move(state)), relay_(std::move(relay)) {}

int Fault::fired() const { return state_->fired(); }

bool Fault::wait_until_fired(std::chrono::milliseconds limit, int times) const {
  return state_->wait_until_fired(limit, times);
}

void Fault::release() const {
  state_->released = true;
  relay_->wake();
}

void Fault::remove() const { state_->remaining = 0; }

FaultPoint::FaultPoint(std::shared_ptr<FaultState> state, std::shared_ptr<detail::Relay> relay)
    : state_(std::move(state)), relay_(std::move(relay)) {}

FaultPoint& FaultPoint::times(int count) {
  state_->remaining = count;
  return *this;
}

FaultPoint& FaultPoint::always() { return times(detail::kAlways); }

FaultPoint& FaultPoint::in_flow(Flow flow) {
  state_->flow = flow;
  return *this;
}

FaultPoint& FaultPoint::for_method(std::string method) {
  state_->method = std::move(method);
  return *this;
}

Fault FaultPoint::arm() {
  auto armed = state_;
  relay_->add_fault(armed);
  return Fault(std::move(armed), relay_);
}

Fault FaultPoint::reset_after(std::uint64_t bytes) {
  state_->action = FaultAction::reset;
  state_->offset = bytes;
  return arm();
}

Fault FaultPoint::truncate_after(std::uint64_t bytes) {
  state_->action = FaultAction::truncate;
  state_->offset = bytes;
  return arm();
}

Fault FaultPoint::half_close_after(std::uint64_t bytes) {
  state_->action = FaultAction::half_close;
  state_->offset = bytes;
  return arm();
}

Fault FaultPoint::stall_after(std::uint64_t bytes) {
  state_->action = FaultAction::stall;
  state_->offset = bytes;
  return arm();
}

Fault FaultPoint::corrupt_at(std::uint64_t offset) {
  state_->action = FaultAction::corrupt;
  state_->offset = offset;
  return arm();
}

Fault FaultPoint::delay_at(std::uint64_t offset, std::chrono::milliseconds duration) {
  state_->action = FaultAction::delay;
  state_->offset = offset;
  state_->duration = duration;
  return arm();
}

Fault FaultPoint::hold_at(std::uint64_t offset) {
  state_->action = FaultAction::hold;
  state_->offset = offset;
  return arm();
}

Fault FaultPoint::throttle(std::uint64_t bytes_per_second) {
  state_->action = FaultAction::throttle;
  state_->bytes_per_second = bytes_per_second == 0 ? 1 : bytes_per_second;
  return arm();
}

Fault FaultPoint::refuse() {
  state_->action = FaultAction::refuse;
  return arm();
}

Fault FaultPoint::black_hole() {
  state_->action = FaultAction::black_hole;
  return arm();
}

FaultProxy::FaultProxy(std::shared_ptr<detail::Relay> relay) : relay_(std::move(relay)) {}
FaultProxy::FaultProxy(FaultProxy&&) noexcept = default;

FaultProxy& FaultProxy::operator=(FaultProxy&& other) noexcept {
  if (this != &other) {
    stop();
    relay_ = std::move(other.relay_);
  }
  return *this;
}

FaultProxy::~FaultProxy() { stop(); }

FaultProxy FaultProxy::in_front_of(const std::string& url, const FaultProxyOptions& options) {
  return FaultProxy(std::make_shared<detail::Relay>(url, options));
}

std::string FaultProxy::url() const { return relay_->url(); }
std::uint16_t FaultProxy::port() const { return relay_->port(); }

namespace {

std::shared_ptr<FaultState> fault(FaultScope scope, Flow flow, const std::string& path, int times) {
  auto state = std::make_shared<FaultState>();
  state->scope = scope;
  state->flow = flow;
  state->path = path;
  state->remaining = times;
  return state;
}

}  // namespace

FaultPoint FaultProxy::on_next_body(const std::string& path) {
  return FaultPoint(fault(FaultScope::body, Flow::to_client, path, 1), relay_);
}

FaultPoint FaultProxy::on_each_body(const std::string& path) {
  return FaultPoint(fault(FaultScope::body, Flow::to_client, path, detail::kAlways), relay_);
}

FaultPoint FaultProxy::on_next_response(const std::string& path) {
  return FaultPoint(fault(FaultScope::message, Flow::to_client, path, 1), relay_);
}

FaultPoint FaultProxy::on_each_response(const std::string& path) {
  return FaultPoint(fault(FaultScope::message, Flow::to_client, path, detail::kAlways), relay_);
}

FaultPoint FaultProxy::on_next_request(const std::string& path) {
  return FaultPoint(fault(FaultScope::message, Flow::to_server, path, 1), relay_);
}

FaultPoint FaultProxy::on_each_request(const std::string& path) {
  return FaultPoint(fault(FaultScope::message, Flow::to_server, path, detail::kAlways), relay_);
}

FaultPoint FaultProxy::on_connection(std::uint64_t ordinal) {
  auto state = fault(FaultScope::connection, Flow::to_client, {}, 1);
  state->connection = ordinal;
  return FaultPoint(std::move(state), relay_);
}

FaultPoint FaultProxy::on_next_connection() {
  return FaultPoint(fault(FaultScope::connection, Flow::to_client, {}, 1), relay_);
}

FaultPoint FaultProxy::on_each_connection() {
  return FaultPoint(fault(FaultScope::connection, Flow::to_client, {}, detail::kAlways), relay_);
}

void FaultProxy::refuse_connections(bool refuse) { relay_->refuse_connections(refuse); }
void FaultProxy::reset_connections() { relay_->reset_connections(); }
void FaultProxy::set_latency(std::chrono::milliseconds one_way) { relay_->set_latency(one_way); }
void FaultProxy::throttle_total(Flow flow, std::uint64_t bytes_per_second) {
  relay_->throttle_total(flow, bytes_per_second);
}
void FaultProxy::clear() { relay_->clear(); }
void FaultProxy::advance_time(std::chrono::milliseconds duration) { relay_->advance_time(duration); }

std::uint64_t FaultProxy::connections() const { return relay_->accepted(); }
std::uint64_t FaultProxy::open_connections() const { return relay_->open(); }
std::uint64_t FaultProxy::bytes(Flow flow) const { return relay_->bytes(flow); }
std::uint64_t FaultProxy::body_bytes(const std::string& path, Flow flow) const {
  return relay_->body_bytes(path, flow);
}

std::uint64_t FaultProxy::requests(const std::string& path) const {
  std::uint64_t count = 0;
  for (const RelayedExchange& exchange : relay_->exchanges()) {
    if (exchange.target.find(path) != std::string::npos) ++count;
  }
  return count;
}

std::vector<RelayedExchange> FaultProxy::exchanges() const { return relay_->exchanges(); }

void FaultProxy::stop() noexcept {
  if (relay_) relay_->stop();
}

}  // namespace server
HUGGINGFACE_HUB_NAMESPACE_END
